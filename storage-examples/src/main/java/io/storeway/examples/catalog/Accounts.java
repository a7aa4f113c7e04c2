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

/** Signs users up, in and out. */
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
     * Registers a user.
     *
     * @throws IllegalArgumentException if the email address is malformed or the password has fewer than 8 characters
     * @throws ConstraintViolationException if the address is registered already
     */
    public User signUp(String email, String name, String password) {
        if (!email.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+")) {
            throw new IllegalArgumentException("An email address looks like name@example.org");
        }
        if (password.length() < MIN_PASSWORD) {
            throw new IllegalArgumentException("A password must have at least " + MIN_PASSWORD + " characters");
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

    /** Begins a session and returns its token, or empty if the address or the password is wrong. */
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

    /** The user whose session has the token, or empty if there is no such session or it has expired. */
    public Optional<User> me(String token) {
        return storage.repository(SESSIONS)
                .find(Hashes.ofToken(token))
                .flatMap(session -> storage.repository(USERS).find(session.userId()));
    }

    /**
     * Changes a user's name.
     *
     * @param user the record as it was read; its version makes the update optimistic
     * @throws io.storeway.error.VersionConflictException if the record was changed since
     */
    public User rename(User user, String name) {
        return storage.repository(USERS)
                .update(new User(user.id(), user.email(), name, user.passwordHash(), user.createdAt(), user.version()));
    }

    /** Ends a session and returns whether there was one. */
    public boolean signOut(String token) {
        return storage.repository(SESSIONS).delete(Hashes.ofToken(token));
    }

    /** How many sessions the user has. */
    public long sessions(User user) {
        return storage.repository(SESSIONS).where(USER.eq(user.id())).count();
    }

    /** Deletes a user with all sessions and activities, which the references take along. */
    public boolean delete(User user) {
        return storage.repository(USERS).delete(user.id());
    }
}
