package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.OnDelete;
import java.time.Instant;

/**
 * A part of an organization with settings of its own.
 *
 * @param caching whether the same question may be answered twice by the same answer
 * @param cacheSeconds for how long
 */
public record Project(
        String id, String organizationId, String name, boolean caching, int cacheSeconds, Instant createdAt) {

    /** The type. */
    public static final EntityType<Project> PROJECTS = EntityType.of(Project.class)
            .named("project")
            .identifiedBy(Project::id)
            .type(Project::createdAt, Organization.TIMESTAMP)
            .range(Project::cacheSeconds, 0, 31_536_000)
            .references(Project::organizationId, Organization.ORGANIZATIONS, OnDelete.CASCADE)
            .build();
}
