package io.berth.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.ClassUtils;

/** {@code config/berth.yml} is the manual of the settings: each property of the code stands in it with its true default. */
class ConfigurationTests {

    @Test
    void everyPropertyStandsInTheManualWithItsDefault() throws IOException {
        assertThat(manual()).containsExactlyEntriesOf(code());
    }

    private static Map<String, String> manual() throws IOException {
        var found = new TreeMap<String, String>();
        for (var source : new YamlPropertySourceLoader().load("manual", new FileSystemResource("config/berth.yml"))) {
            for (var name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                if (name.startsWith("berth.")) {
                    found.put(name.replaceFirst("\\[\\d+]$", ""), String.valueOf(source.getProperty(name)));
                }
            }
        }
        return found;
    }

    private static Map<String, String> code() {
        var found = new TreeMap<String, String>();
        new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.berth").stream()
                .filter(type -> type.isAnnotatedWith(ConfigurationProperties.class))
                .map(type -> ClassUtils.resolveClassName(type.getName(), null))
                .forEach(type -> describe(prefix(type), bound(prefix(type), type), found));
        return found;
    }

    private static String prefix(Class<?> type) {
        var annotation = type.getAnnotation(ConfigurationProperties.class);
        return annotation.value().isEmpty() ? annotation.prefix() : annotation.value();
    }

    private static Object bound(String prefix, Class<?> type) {
        return new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate(prefix, Bindable.of(type));
    }

    private static void describe(String prefix, Object value, Map<String, String> into) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            var name = prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            Object part = read(value, component);
            if (part != null && part.getClass().isRecord() && part.getClass().getName().startsWith("io.berth")
                    && part.getClass().getEnclosingClass() != null) {
                describe(name, part, into);
            } else {
                into.put(name, text(part));
            }
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "";
            case Path path -> path.toString();
            case Iterable<?> many -> {
                var parts = new java.util.StringJoiner(", ");
                many.forEach(part -> parts.add(String.valueOf(part)));
                yield parts.toString();
            }
            default -> value.toString();
        };
    }

    private static Object read(Object value, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(value);
        } catch (ReflectiveOperationException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
