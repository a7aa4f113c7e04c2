package io.storeway.examples.catalog;

import static io.storeway.examples.catalog.CatalogSchema.SESSIONS;
import static io.storeway.examples.catalog.CatalogSchema.USERS;

import io.storeway.Field;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.examples.catalog.CatalogSchema.Session;
import io.storeway.examples.catalog.CatalogSchema.User;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Users and their sessions. */
public final class Accounts {

    static final Duration SESSION_LASTS = Duration.ofDays(7);

    private static final Field<User, String> EMAIL = USERS.field(User::email);
    private static final Field<Session, String> USER = SESSIONS.field(Session::userId);
    private static final int TOKEN_BYTES = 32;
    private static final int MIN_PASSWORD = 8;

    private final Storage storage;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final Passwords passwords;
    private final SecureRandom random = new SecureRandom();

    Accounts(Storage storage, Clock clock, Supplier<UUID> ids, Passwords passwords) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.passwords = passwords;
    }

    /**
     * Registers somebody.
     *
     * @throws IllegalArgumentException if the address is none, or the password is too short
     * @throws ConstraintViolationException if somebody has the address already
     */
    public User signUp(String email, String name, String password) {
        if (!email.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+")) {
            throw new IllegalArgumentException("An address looks like name@example.org");
        }
        if (password.length() < MIN_PASSWORD) {
            throw new IllegalArgumentException("A password has " + MIN_PASSWORD + " characters or more");
        }
        User user = new User(
                ids.get().toString(),
                email.toLowerCase(Locale.ROOT),
                name,
                passwords.hash(password),
                clock.instant(),
                1);
        storage.repository(USERS).insert(user);
        return user;
    }

    /** The token of a new session, or empty if the address or the password is wrong. */
    public Optional<String> signIn(String email, String password) {
        Optional<User> user = storage.repository(USERS)
                .where(EMAIL.eq(email.toLowerCase(Locale.ROOT)))
                .first()
                .filter(found -> passwords.matches(password, found.passwordHash()));
        return user.map(found -> {
            byte[] bytes = new byte[TOKEN_BYTES];
            random.nextBytes(bytes);
            String token = HexFormat.of().formatHex(bytes);
            storage.repository(SESSIONS)
                    .insert(new Session(
                            Hashes.ofToken(token), found.id(), clock.instant().plus(SESSION_LASTS)));
            return token;
        });
    }

    /** Who has signed in with the token, unless the session is over. */
    public Optional<User> me(String token) {
        return storage.repository(SESSIONS)
                .find(Hashes.ofToken(token))
                .flatMap(session -> storage.repository(USERS).find(session.userId()));
    }

    /**
     * Gives somebody another name.
     *
     * @param user as it was read
     * @throws io.storeway.error.VersionConflictException if it was changed since
     */
    public User rename(User user, String name) {
        return storage.repository(USERS)
                .update(new User(user.id(), user.email(), name, user.passwordHash(), user.createdAt(), user.version()));
    }

    /** Ends a session; says whether there was one. */
    public boolean signOut(String token) {
        return storage.repository(SESSIONS).delete(Hashes.ofToken(token));
    }

    /** How many sessions somebody has. */
    public long sessions(User user) {
        return storage.repository(SESSIONS).where(USER.eq(user.id())).count();
    }

    /** Deletes somebody with sessions and activities. */
    public boolean delete(User user) {
        return storage.repository(USERS).delete(user.id());
    }
}
