package io.storeway.sql;

class H2KeyValueTest extends SqlStoreKeyValueTest {

    H2KeyValueTest() {
        super(Engine.H2);
    }
}
