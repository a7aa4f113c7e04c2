package io.storeway.sql.internal.store;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.transaction.Errors;
import io.storeway.sql.internal.transaction.Transactions;
import java.time.Clock;

/** What a storage works with, as its builder has found or chosen it. */
public record StorageParts(
        Catalog catalog,
        Clock clock,
        Dialect dialect,
        Tables tables,
        Transactions transactions,
        Errors errors,
        Capabilities capabilities,
        Missing missing) {}
