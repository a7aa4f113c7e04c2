package io.storeway.sql;

class PostgresKeyValueTest extends SqlStoreKeyValueTest {

    PostgresKeyValueTest() {
        super(Engine.POSTGRESQL);
    }
}
