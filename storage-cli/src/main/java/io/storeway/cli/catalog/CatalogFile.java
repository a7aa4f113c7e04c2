package io.storeway.cli.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.error.StorageException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a catalog file, YAML or JSON; docs/catalog.md describes the format. */
public final class CatalogFile {

    private static final ObjectMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /** Not to be repeated, since it may contain a password. */
    private static final Pattern URI_INSTEAD = Pattern.compile("[a-z][a-z0-9+:-]+:/");

    private static final Pattern MISSING = Pattern.compile("Missing required creator property '([^']+)'");

    private final String file;
    private final Map<String, TypeNode> nodes;
    private final Map<String, EntityType<?>> built = new LinkedHashMap<>();

    private CatalogFile(String file, Map<String, TypeNode> nodes) {
        this.file = file;
        this.nodes = nodes;
    }

    /** The root object of a catalog file. */
    record Document(@JsonProperty(required = true) Map<String, TypeNode> types) {}

    /**
     * The catalog that a file describes.
     *
     * @throws CatalogException if the file is missing, unreadable or invalid
     */
    public static Catalog read(Path path) {
        String text;
        if (URI_INSTEAD.matcher(path.toString()).lookingAt()) {
            throw new CatalogException("The catalog is given as a URI; it is a file that describes the types", null);
        }
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new CatalogException("Catalog " + path + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new CatalogException("Catalog " + path + ": it is not UTF-8 text", e);
        } catch (IOException e) {
            throw new CatalogException(
                    "Catalog " + path + ": can't be read; check that it is a file and its permissions", e);
        }
        return parse(path.toString(), text);
    }

    /**
     * The catalog that a text describes.
     *
     * @param file the name for messages
     * @throws CatalogException if the text is invalid
     */
    public static Catalog parse(String file, String text) {
        try {
            Document document = MAPPER.readValue(text, Document.class);
            return new CatalogFile(file, document.types()).build();
        } catch (JsonProcessingException e) {
            throw new CatalogException("Catalog " + file + where(e) + ": " + problem(e), e);
        }
    }

    private Catalog build() {
        for (String name : nodes.keySet()) {
            type(name, new LinkedHashSet<>());
        }
        try {
            return Catalog.of(built.values());
        } catch (IllegalArgumentException e) {
            throw new CatalogException("Catalog " + file + ": " + e.getMessage(), e);
        }
    }

    /** Builds a type after those that it refers to; the path holds the types that are being built. */
    private EntityType<?> type(String name, Set<String> path) {
        EntityType<?> done = built.get(name);
        if (done != null) {
            return done;
        }
        TypeNode node = Objects.requireNonNull(nodes.get(name));
        try {
            if (!path.add(name)) {
                throw new IllegalArgumentException("types refer to each other in a circle: " + String.join(", ", path));
            }
            Map<String, EntityType<?>> targets = node.references().stream()
                    .map(TypeNode.ReferenceNode::to)
                    .filter(to -> !to.equals(name))
                    .distinct()
                    .collect(Collectors.toMap(to -> to, to -> type(known(to), path)));
            EntityType<?> type = new TypeFactory(name, node, targets).build();
            built.put(name, type);
            return type;
        } catch (IllegalArgumentException | StorageException e) {
            throw new CatalogException("Catalog " + file + " at types." + name + ": " + e.getMessage(), e);
        }
    }

    private String known(String name) {
        if (!nodes.containsKey(name)) {
            throw new IllegalArgumentException("references: there is no type " + name + " to refer to; there are "
                    + String.join(", ", nodes.keySet()));
        }
        return name;
    }

    private static String where(JsonProcessingException e) {
        StringBuilder where = new StringBuilder();
        JsonLocation location = e.getLocation();
        if (location != null && location.getLineNr() > 0) {
            where.append(", line ").append(location.getLineNr());
        }
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            where.append(", at ")
                    .append(mapping.getPath().stream()
                            .map(part ->
                                    part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                            .collect(Collectors.joining(".")));
        }
        return where.toString();
    }

    private static String problem(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown member " + unknown.getPropertyName() + "; allowed are "
                    + unknown.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
        String message = e.getOriginalMessage();
        if (e instanceof MismatchedInputException mismatch
                && !(e instanceof InvalidFormatException)
                && message.startsWith("Cannot deserialize value of type")) {
            return expected(mismatch.getTargetType());
        }
        if (message.startsWith("No content")) {
            return "it is empty; the first member must be types";
        }
        Matcher missing = MISSING.matcher(message);
        if (missing.find()) {
            return "the member " + missing.group(1) + " is missing";
        }
        // YAML's messages begin with the context; the problem follows in a later line.
        String wrong = message.lines()
                .filter(line ->
                        !message.startsWith("while ") || line.startsWith("found ") || line.startsWith("could not "))
                .findFirst()
                .orElse(message.lines().findFirst().orElse(message));
        return wrong.replaceAll("`?io\\.storeway[\\w.$]*`?", "this member");
    }

    private static String expected(Class<?> type) {
        if (Collection.class.isAssignableFrom(type)) {
            return "a list is expected here";
        }
        if (type.equals(String.class)) {
            return "a text is expected here";
        }
        if (type.equals(Boolean.class) || type.equals(boolean.class)) {
            return "true or false is expected here";
        }
        return type.isPrimitive() || Number.class.isAssignableFrom(type)
                ? "a number is expected here"
                : "members are expected here, as name: value";
    }
}
