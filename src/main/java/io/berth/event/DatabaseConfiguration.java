package io.berth.event;

import io.berth.ffi.Native;
import io.berth.instance.Instance;
import java.io.IOException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.store.fs.FilePath;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the way to the database's file known to H2 before the database is opened. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final String FILES = "databaseFiles";

    @Bean(FILES)
    DatabaseFile databaseFiles(Instance instance, DataSourceProperties database) throws IOException {
        Native.load(instance.dataRoot().resolve("native"));
        var files = new DatabaseFile();
        FilePath.register(files);
        if (String.valueOf(database.getUrl()).startsWith("jdbc:h2:" + DatabaseFile.SCHEME + ":")) {
            DatabaseCheck.run(instance, database.determineUrl(), database.determineUsername(), database.determinePassword());
        }
        return files;
    }

    @Bean
    static BeanFactoryPostProcessor databaseAfterItsFiles() {
        return DatabaseConfiguration::putFilesFirst;
    }

    private static void putFilesFirst(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(DataSource.class, true, false)) {
            var definition = beans.getBeanDefinition(name);
            String[] before = definition.getDependsOn();
            definition.setDependsOn(Stream.concat(before == null ? Stream.of() : Stream.of(before), Stream.of(FILES)).toArray(String[]::new));
        }
    }
}
