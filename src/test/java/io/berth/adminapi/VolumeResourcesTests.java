package io.berth.adminapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;

import io.berth.instance.Instance;
import io.berth.operation.Operation;
import io.berth.operation.OperationState;
import io.berth.operation.Operations;
import io.berth.volume.VolumeArchives;
import io.berth.volume.VolumeFiles;
import io.berth.volume.Volumes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** Volumes with their files over the resources: the modules below are the real ones, with their database. */
@Tag("privileged")
class VolumeResourcesTests {

    private static final Principal ADMIN = () -> "admin";

    @TempDir
    Path folder;

    private ConfigurableApplicationContext house;
    private Volumes volumes;
    private MockMvc http;

    /** The rooms that volumes stand on. */
    @Configuration(proxyBeanMethods = false)
    @ComponentScan({"io.berth.instance", "io.berth.event", "io.berth.operation", "io.berth.volume"})
    @AutoConfigurationPackage(basePackages = {"io.berth.event", "io.berth.volume"})
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class, TransactionAutoConfiguration.class, FlywayAutoConfiguration.class})
    @EnableConfigurationProperties(Instance.class)
    static class Rooms {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    @BeforeEach
    void open() {
        house = new SpringApplicationBuilder(Rooms.class).web(WebApplicationType.NONE).run("--berth.data-root=" + folder.resolve("data"),
                "--berth.run-root=" + folder.resolve("run"), "--berth.instance=volumes");
        volumes = house.getBean(Volumes.class);
        http = MockMvcBuilders.standaloneSetup(new VolumeFilesResource(house.getBean(VolumeFiles.class)),
                new VolumeArchiveResource(house.getBean(VolumeArchives.class))).setControllerAdvice(new AdminProblems()).build();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private MockHttpServletResponse ask(MockHttpServletRequestBuilder request) throws Exception {
        return http.perform(request.principal(ADMIN)).andReturn().getResponse();
    }

    private String refused(int status, MockHttpServletRequestBuilder request) throws Exception {
        var answer = ask(request);
        assertThat(answer.getStatus()).as(answer.getContentAsString()).isEqualTo(status);
        assertThat(answer.getContentType()).isEqualTo("application/problem+json");
        return answer.getContentAsString();
    }

    private Path data(String volume) {
        return folder.resolve("data/volumes").resolve(volume).resolve("_data");
    }

    private Path made(String volume) {
        volumes.create(volume, "", Map.of(), Map.of("team", "blue"));
        return data(volume);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void filesGoInAndOut() throws Exception {
        var at = made("vol");
        assertThat(ask(post("/api/v1/volumes/vol/files/folders").param("path", "/sub")).getStatus()).isEqualTo(201);
        assertThat(ask(put("/api/v1/volumes/vol/files/content").param("path", "/sub/file").param("uid", "7").param("mode", "0640").content("text"))
                .getStatus()).isEqualTo(204);
        assertThat(at.resolve("sub/file")).hasContent("text");
        var listing = ask(get("/api/v1/volumes/vol/files").param("path", "sub")).getContentAsString();
        assertThat(listing).contains("\"path\":\"/sub\"", "\"name\":\"file\"", "\"type\":\"file\"", "\"mode\":\"0640\"", "\"uid\":7", "\"size\":4", "\"more\":false");
        var file = ask(get("/api/v1/volumes/vol/files/content").param("path", "/sub/file"));
        assertThat(file.getContentAsString()).isEqualTo("text");
        assertThat(file.getHeader("Content-Length")).isEqualTo("4");
        assertThat(file.getHeader("Content-Disposition")).startsWith("attachment;").contains("file");
        var tar = ask(get("/api/v1/volumes/vol/files/content").param("path", "/"));
        assertThat(tar.getContentType()).isEqualTo("application/x-tar");
        assertThat(tar.getHeader("Content-Disposition")).contains("vol.tar");
        assertThat(tar.getContentAsByteArray()).hasSizeGreaterThan(1024);
        assertThat(ask(delete("/api/v1/volumes/vol/files").param("path", "/sub")).getStatus()).isEqualTo(204);
        assertThat(at).isEmptyDirectory();
    }

    @Test
    void refusalsAreProblems() throws Exception {
        var at = made("vol");
        Files.createSymbolicLink(at.resolve("out"), folder);
        assertThat(refused(400, get("/api/v1/volumes/vol/files").param("path", "../.."))).contains("path could lead out");
        assertThat(refused(400, get("/api/v1/volumes/vol/files").param("limit", "0"))).contains("limit is to be from 1 to 10000");
        assertThat(refused(404, get("/api/v1/volumes/vol/files").param("path", "out/data"))).contains("volume vol: /out/data: no such file or directory");
        assertThat(refused(400, get("/api/v1/volumes/vol/files/content").param("path", "out"))).contains("neither a regular file nor a folder");
        assertThat(refused(400, get("/api/v1/volumes/vol/files/content"))).contains("path is missing");
        assertThat(refused(400, put("/api/v1/volumes/vol/files/content").param("path", "f").param("mode", "9").content("x"))).contains("mode is no octal number");
        assertThat(refused(400, put("/api/v1/volumes/vol/files/content").param("path", "f").contentType("multipart/form-data; boundary=x").content("x")))
                .contains("the body is to be the bytes themselves");
        assertThat(refused(404, get("/api/v1/volumes/none/files"))).contains("get none: no such volume");
        assertThat(refused(404, get("/api/v1/volumes/none/backup"))).contains("get none: no such volume");
        assertThat(refused(404, post("/api/v1/volumes/none/restore").content("x"))).contains("get none: no such volume");
    }

    @Test
    void backupIsRestoredOrNothingIs() throws Exception {
        Files.writeString(made("first").resolve("file"), "text");
        var backup = ask(get("/api/v1/volumes/first/backup"));
        assertThat(backup.getContentType()).isEqualTo("application/zstd");
        assertThat(backup.getHeader("Content-Disposition")).contains("first.tar.zst");
        byte[] bytes = backup.getContentAsByteArray();

        var second = made("second");
        assertThat(ask(post("/api/v1/volumes/second/restore").content(bytes)).getContentAsString()).isEqualTo("{\"entries\":2,\"bytes\":4}");
        assertThat(second.resolve("file")).hasContent("text");
        Files.writeString(second.resolve("later"), "later");
        assertThat(refused(409, post("/api/v1/volumes/second/restore").content(bytes))).contains("volume is not empty");
        for (byte[] bad : new byte[][] {Arrays.copyOf(bytes, bytes.length - 2), bytes("nothing of the kind"), new byte[0]}) {
            refused(400, post("/api/v1/volumes/second/restore").param("replace", "true").content(bad));
        }
        assertThat(second.resolve("later")).hasContent("later");

        volumes.use("second", "some container");
        assertThat(refused(409, post("/api/v1/volumes/second/restore").param("replace", "true").content(bytes)))
                .contains("volume second is in use - [some container]");
        volumes.release("some container");
        assertThat(ask(post("/api/v1/volumes/second/restore").param("replace", "true").content(bytes)).getStatus()).isEqualTo(200);
        assertThat(second.resolve("later")).doesNotExist();
        assertThat(second.resolve("file")).hasContent("text");
        nothingIsStaged();
        volumes.remove("second");
    }

    private void nothingIsStaged() {
        assertThat(folder.resolve("data/volumes/.stage")).isEmptyDirectory();
    }

    @Test
    void copyIsAVolumeOfItsOwn() throws IOException {
        Files.writeString(made("vol").resolve("file"), "text");
        var archives = house.getBean(VolumeArchives.class);
        var id = archives.copy("vol", "copy", "admin").id();
        assertThat(ended(id).error()).isNull();
        assertThat(data("copy").resolve("file")).hasContent("text");
        assertThat(volumes.require("copy").labels()).isEqualTo(Map.of("team", "blue"));
        assertThat(folder.resolve("data/volumes/copy/volume.json")).exists();
        nothingIsStaged();
        volumes.remove("vol");
        volumes.remove("copy");
    }

    private Operation ended(String id) {
        var operations = house.getBean(Operations.class);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (operations.require(id).state() == OperationState.RUNNING && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        var operation = operations.require(id);
        assertThat(operation.state()).as(String.valueOf(operation)).isNotEqualTo(OperationState.RUNNING);
        return operation;
    }

    @Test
    void lastUseIsWhatTheJournalRemembers() throws IOException {
        made("vol");
        var volume = volumes.require("vol");
        assertThat(volumes.lastUse(volume)).isEmpty();
        volumes.recordUse("mount", volume, "c".repeat(64), "/data", true);
        var used = volumes.lastUse(volume).orElseThrow();
        assertThat(used).isAfterOrEqualTo(volume.created()).isBeforeOrEqualTo(Clock.systemUTC().instant());
        Files.createDirectories(folder.resolve("data/volumes/.stage/half"));
        close();
        open();
        nothingIsStaged();
        assertThat(volumes.lastUse(volumes.require("vol"))).hasValue(used);
        volumes.remove("vol");
        made("vol");
        assertThat(volumes.lastUse(volumes.require("vol"))).as("of another with the same name").isEmpty();
    }
}
