package io.berth.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonNaming;

/** The fields of records, by the names that they have on the wire. */
public final class RecordFields {

    private RecordFields() {}

    /** Names and types, in the order of the record. */
    public static Map<String, Type> of(Class<?> type) {
        var fields = new LinkedHashMap<String, Type>();
        boolean capitals = type.isAnnotationPresent(JsonNaming.class);
        for (RecordComponent component : type.getRecordComponents()) {
            // An annotation of a field is found on the accessor: Jackson's are not meant for components.
            var named = component.getAccessor().getAnnotation(JsonProperty.class);
            var name = component.getName();
            fields.put(named != null ? named.value() : capitals ? Character.toUpperCase(name.charAt(0)) + name.substring(1) : name, component.getGenericType());
        }
        return fields;
    }

    /**
     * Refuses names that no field has, in whatever letters, also in records within: a slip of the pen must not be a setting that is not there.
     *
     * @param where its path in the body; empty for the whole
     */
    public static void requireKnown(JsonNode node, String where, Type type) {
        if (type instanceof Class<?> record && record.isRecord() && node.isObject()) {
            var fields = of(record);
            for (var entry : node.properties()) {
                var path = where.isEmpty() ? entry.getKey() : where + "." + entry.getKey();
                var field = fields.keySet().stream().filter(entry.getKey()::equalsIgnoreCase).findFirst()
                        .orElseThrow(() -> new InvalidArgumentException(path + " is no setting that Berth knows").at(path));
                requireKnown(entry.getValue(), path, fields.get(field));
            }
        } else if (type instanceof ParameterizedType generic && node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                requireKnown(node.get(i), where + "[" + i + "]", last(generic));
            }
        } else if (type instanceof ParameterizedType generic && node.isObject()) {
            node.properties().forEach(entry -> requireKnown(entry.getValue(), where + "." + entry.getKey(), last(generic)));
        }
    }

    /** Of a list its elements' type, of a map its values'. */
    private static Type last(ParameterizedType type) {
        return type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
    }
}
