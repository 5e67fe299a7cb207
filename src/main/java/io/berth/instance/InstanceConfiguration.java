package io.berth.instance;

import java.time.Clock;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

/** Locks the data root before the database in it is opened: H2's own error would name no pid. */
@Configuration(proxyBeanMethods = false)
class InstanceConfiguration {

    private static final String LOCK = "dataRootLock";

    @Bean(LOCK)
    DataRootLock dataRootLock(Instance instance) {
        return DataRootLock.take(instance.dataRoot());
    }

    @Bean
    @DependsOn(LOCK)
    RunMark runMark(Instance instance, Clock clock) {
        return RunMark.begin(instance.dataRoot(), clock);
    }

    @Bean
    static BeanFactoryPostProcessor databaseAfterLock() {
        return InstanceConfiguration::putLockFirst;
    }

    private static void putLockFirst(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(DataSource.class, true, false)) {
            var definition = beans.getBeanDefinition(name);
            String[] others = definition.getDependsOn();
            definition.setDependsOn(Stream.concat(Stream.of(LOCK), others == null ? Stream.of() : Stream.of(others)).toArray(String[]::new));
        }
    }
}
