package io.storeway.sql;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.Missing;
import java.time.Clock;

/** What a storage works with, as its builder has found or chosen it. */
record StorageParts(
        Catalog catalog,
        Clock clock,
        Dialect dialect,
        Tables tables,
        Transactions transactions,
        Errors errors,
        Capabilities capabilities,
        Missing missing) {}
