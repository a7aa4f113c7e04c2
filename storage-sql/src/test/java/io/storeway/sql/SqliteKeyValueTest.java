package io.storeway.sql;

class SqliteKeyValueTest extends SqlStoreKeyValueTest {

    SqliteKeyValueTest() {
        super(Engine.SQLITE);
    }
}
