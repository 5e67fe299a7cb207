package io.berth.oci;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/** Sets as the image formats write them: an object whose keys are the elements and whose values are empty objects. */
final class KeySets {

    private KeySets() {}

    /** Reads the keys of an object. */
    static final class Reader extends ValueDeserializer<Set<String>> {
        @Override
        public Set<String> deserialize(JsonParser parser, DeserializationContext context) {
            JsonNode node = context.readTree(parser);
            return node.isObject() ? new LinkedHashSet<>(node.propertyNames()) : Set.of();
        }
    }

    /** Writes each element as a key with an empty object. */
    static final class Writer extends ValueSerializer<Set<String>> {
        @Override
        public void serialize(Set<String> keys, JsonGenerator generator, SerializationContext context) {
            generator.writeStartObject();
            for (String key : keys) {
                generator.writeName(key);
                generator.writeStartObject();
                generator.writeEndObject();
            }
            generator.writeEndObject();
        }

        @Override
        public boolean isEmpty(SerializationContext context, Set<String> keys) {
            return keys.isEmpty();
        }
    }
}
