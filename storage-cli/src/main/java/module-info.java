/** The storeway command. */
module io.storeway.cli {
    requires io.storeway.api;
    requires io.storeway.kv;
    requires io.storeway.sql;
    requires io.storeway.migrate;
    requires io.storeway.examples;
    requires info.picocli;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires java.logging;
    requires java.sql;
    requires java.xml;
    requires static org.jspecify;

    opens io.storeway.cli to
            info.picocli;
    opens io.storeway.cli.catalog to
            com.fasterxml.jackson.databind;
}
