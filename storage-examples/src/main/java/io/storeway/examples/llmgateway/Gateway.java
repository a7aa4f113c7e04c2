package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.ApiKey.API_KEYS;
import static io.storeway.examples.llmgateway.CachedAnswer.ANSWERS;
import static io.storeway.examples.llmgateway.Organization.ORGANIZATIONS;
import static io.storeway.examples.llmgateway.Project.PROJECTS;
import static io.storeway.examples.llmgateway.RequestLog.LOG;

import io.storeway.Catalog;
import io.storeway.Identities;
import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.examples.llmgateway.Provider.Completion;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions: authenticates the client by its API key, answers a repeated question from the cache, asks the provider
 * else, and queues a log for the worker. It works on any two storages. Thread-safe.
 */
final class Gateway {

    /** The types in the database. */
    static final Catalog DATABASE =
            Catalog.of(ORGANIZATIONS, PROJECTS, API_KEYS, ProviderKey.PROVIDER_KEYS, RequestLog.LOG);

    /** The types in the cache: answers until they expire, and logs until a worker has moved them. */
    static final Catalog CACHE = Catalog.of(ANSWERS, LOG);

    private final Storage database;
    private final Storage cache;
    private final Provider provider;
    private final Clock clock;
    private final Supplier<UUID> ids;

    Gateway(Storage database, Storage cache, Provider provider, Clock clock) {
        this.database = database;
        this.cache = cache;
        this.provider = provider;
        this.clock = clock;
        this.ids = Identities.uuidV7(clock, new SecureRandom());
    }

    /**
     * Answers a question.
     *
     * @throws GatewayException with 401 for an unknown key, 402 if the organization has no credits left, 502 if the
     *     provider fails
     */
    String complete(String token, Model model, Json messages) {
        ApiKey key = authenticate(token);
        Project project = database.repository(PROJECTS).find(key.projectId()).orElseThrow();
        requireCredits(project);
        String fingerprint = fingerprint(model, messages);
        Optional<CachedAnswer> known =
                project.caching() ? cache.repository(ANSWERS).find(fingerprint) : Optional.empty();
        if (known.isPresent()) {
            log(key, project, model, messages, new Outcome(known.get().answer(), 0, 0, true, null));
            return known.get().answer();
        }
        Completion completion = ask(key, project, model, messages);
        if (project.caching()) {
            Instant end = clock.instant().truncatedTo(ChronoUnit.MILLIS).plusSeconds(project.cacheSeconds());
            cache.repository(ANSWERS)
                    .save(new CachedAnswer(
                            fingerprint,
                            completion.answer(),
                            completion.promptTokens(),
                            completion.completionTokens(),
                            end));
        }
        log(
                key,
                project,
                model,
                messages,
                new Outcome(
                        completion.answer(), completion.promptTokens(), completion.completionTokens(), false, null));
        return completion.answer();
    }

    private ApiKey authenticate(String token) {
        return database.repository(API_KEYS)
                .where(ApiKey.TOKEN.eq(token))
                .first()
                .filter(ApiKey::active)
                .orElseThrow(() -> new GatewayException(401, "The API key is unknown or inactive", null));
    }

    private void requireCredits(Project project) {
        Organization payer = database.repository(ORGANIZATIONS)
                .find(project.organizationId())
                .orElseThrow();
        if (payer.credits().signum() <= 0) {
            throw new GatewayException(402, "The organization has no credits left", null);
        }
    }

    private Completion ask(ApiKey key, Project project, Model model, Json messages) {
        try {
            return provider.ask(model, messages);
        } catch (RuntimeException e) {
            Json error = new Json.Obj(Map.of("type", new Json.Str(e.getClass().getSimpleName())));
            log(key, project, model, messages, new Outcome(null, 0, 0, false, error));
            throw new GatewayException(502, "The provider gave no answer", e);
        }
    }

    /** How a request was answered, for its log. */
    private record Outcome(
            @Nullable String answer,
            int promptTokens,
            int completionTokens,
            boolean cached,
            @Nullable Json error) {}

    private void log(ApiKey key, Project project, Model model, Json messages, Outcome outcome) {
        BigDecimal cost = model.cost(outcome.promptTokens, outcome.completionTokens);
        cache.repository(LOG)
                .insert(new RequestLog(
                        ids.get().toString(),
                        project.organizationId(),
                        project.id(),
                        key.id(),
                        model.id(),
                        messages,
                        outcome.answer,
                        outcome.promptTokens,
                        outcome.completionTokens,
                        cost,
                        outcome.cached,
                        outcome.error != null,
                        outcome.error,
                        clock.instant().truncatedTo(ChronoUnit.MICROS)));
    }

    static String fingerprint(Model model, Json messages) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((model.id() + messages).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
