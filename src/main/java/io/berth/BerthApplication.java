package io.berth;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Starts Berth: the container engine, the Docker Engine API, the management API and the dashboard in one service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BerthApplication {

    /** The clock of all modules; tests put in their own. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    public static void main(String[] args) {
        SpringApplication.run(BerthApplication.class, args);
    }
}
