package io.storeway.metrics;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.OnDelete;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Types with every rule that a value can break, and what must be seen nowhere. */
final class Secrets {

    /** Part of every key, value and credential. */
    static final String CANARY = "c4n4ry";

    record Person(String id, String mail) {}

    record Account(
            String owner,
            String id,
            String state,
            int stars,
            @Nullable BigDecimal money,
            @Nullable String note,
            long version) {}

    static final EntityType<Person> PERSONS = EntityType.of(Person.class)
            .named("persons")
            .identifiedBy(Person::id)
            .unique(Person::mail)
            .build();

    static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .nullable(Account::money, Account::note)
            .named("accounts")
            .partitionedBy(Account::owner)
            .identifiedBy(Account::id)
            .versionedBy(Account::version)
            .unique(Account::owner, Account::note)
            .references(Account::owner, PERSONS, OnDelete.RESTRICT)
            .oneOf(Account::state, "OPEN", "SHUT")
            .range(Account::stars, 1, 5)
            .type(Account::money, FieldType.decimal(12, 2))
            .keyValue("account:{owner}", Blob.arrayOfObjects())
            .build();

    static final Catalog CATALOG = Catalog.of(PERSONS, ACCOUNTS);

    private Secrets() {}

    static String secret(String what) {
        return CANARY + "-" + what;
    }

    static Account account(String id) {
        return new Account(secret("owner"), secret(id), "OPEN", 3, BigDecimal.ONE, secret("note of " + id), 0);
    }
}
