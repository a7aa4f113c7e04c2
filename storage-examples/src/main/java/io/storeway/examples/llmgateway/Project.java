package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.OnDelete;
import java.time.Instant;

/**
 * A project of an organization, with its own settings.
 *
 * @param caching whether a repeated question may be answered from the cache
 * @param cacheSeconds how long answers are cached, up to a year
 */
public record Project(
        String id, String organizationId, String name, boolean caching, int cacheSeconds, Instant createdAt) {

    /** How projects are stored. */
    public static final EntityType<Project> PROJECTS = EntityType.of(Project.class)
            .named("project")
            .identifiedBy(Project::id)
            .type(Project::createdAt, Organization.TIMESTAMP)
            .range(Project::cacheSeconds, 0, 31_536_000)
            .references(Project::organizationId, Organization.ORGANIZATIONS, OnDelete.CASCADE)
            .build();
}
