package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.json.RecordFields;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard's form has every option that the engine has: its own test reads this list, which is compared with the records here. */
class OptionFieldsTests {

    private static final Path LIST = Path.of("frontend/src/pages/form/model/engineFields.json");

    @Test
    void listOfTheFormIsThatOfTheRecords() throws IOException {
        var fields = new ArrayList<String>();
        add(fields, "", ContainerConfig.class);
        add(fields, "HostConfig.", HostConfig.class);
        add(fields, "NetworkingConfig.EndpointsConfig.*.", EndpointSettings.class);
        var json = new JsonMapper();
        assertThat(json.readValue(Files.readString(LIST), String[].class))
                .as("%s is to be: %s", LIST, json.writerWithDefaultPrettyPrinter().writeValueAsString(fields)).containsExactlyElementsOf(fields);
    }

    private static void add(List<String> fields, String prefix, Class<?> type) {
        RecordFields.of(type).forEach((name, field) -> addField(fields, prefix + name, field));
    }

    private static void addField(List<String> fields, String path, Type type) {
        if (type instanceof Class<?> one && one.isRecord()) {
            add(fields, path + ".", one);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            addField(fields, path + "[]", generic.getActualTypeArguments()[0]);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class && generic.getActualTypeArguments()[1] instanceof ParameterizedType values) {
            addField(fields, path + ".*", values);
        } else if (type == JsonNode.class) {
            // What is read of it one by one.
            var name = path.substring(path.lastIndexOf('.') + 1) + ".";
            var options = Arrays.stream(MountOption.values()).map(MountOption::path).filter(option -> option.startsWith(name)).toList();
            assertThat(options).as(path).isNotEmpty();
            options.forEach(option -> fields.add(path.substring(0, path.lastIndexOf('.') + 1) + option));
        } else {
            fields.add(path);
        }
    }
}
