package io.storeway.sql;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "storeway.mariadb", matches = "true", disabledReason = "it needs -Pmariadb")
class MariaDbKeyValueTest extends SqlStoreKeyValueTest {

    MariaDbKeyValueTest() {
        super(Engine.MARIADB);
    }
}
