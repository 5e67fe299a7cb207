package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** Clients that are not Docker's own: docker-java's typed calls, and Testcontainers, which stands on it. */
class ClientsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final DockerImageName BUSYBOX = DockerImageName.parse("busybox:latest");
    private static final long LIMIT_S = 20;
    private static DockerClient docker;

    @BeforeAll
    static void connect() {
        System.setProperty("DOCKER_HOST", "unix://" + BERTH.socket());
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost("unix://" + BERTH.socket()).withDockerTlsVerify(false)
                .withDockerConfig(BERTH.home().resolve("docker-config").toString()).build();
        docker = DockerClientImpl.getInstance(config, new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build());
    }

    @AfterAll
    static void disconnect() throws IOException {
        System.clearProperty("DOCKER_HOST");
        docker.close();
    }

    @Test
    void aContainersLifeByTypedCalls() throws Exception {
        var events = new CopyOnWriteArrayList<Event>();
        try (var watch = docker.eventsCmd().withEventTypeFilter("container").exec(into(events))) {
            watch.awaitStarted(LIMIT_S, TimeUnit.SECONDS);
            var id = docker.createContainerCmd("busybox").withName("typed").withCmd("cat").withStdinOpen(true).withStdInOnce(true).withLabels(Map.of("a", "b"))
                    .withEnv("X=y").withExposedPorts(ExposedPort.tcp(80)).withHostConfig(HostConfig.newHostConfig().withMemory(64L << 20)
                            .withBinds(new Bind("typed", new Volume("/data"))).withPortBindings(PortBinding.parse("127.0.0.1::80"))).exec().getId();
            assertThatThrownBy(() -> docker.createContainerCmd("busybox").withName("typed").exec()).isInstanceOf(ConflictException.class);
            var frames = new CopyOnWriteArrayList<Frame>();
            var attached = docker.attachContainerCmd(id).withStdOut(true).withStdErr(true).withFollowStream(true)
                    .withStdIn(bytes("through cat\n")).exec(into(frames));
            attached.awaitStarted(LIMIT_S, TimeUnit.SECONDS);
            docker.startContainerCmd(id).exec();
            assertThatThrownBy(() -> docker.startContainerCmd(id).exec()).isInstanceOf(NotModifiedException.class);
            Eventually.holds(() -> "cat answers: " + frames, () -> text(frames, StreamType.STDOUT).equals("through cat\n"));

            var state = docker.inspectContainerCmd(id).exec();
            assertThat(state.getConfig().getEnv()).contains("X=y");
            assertThat(state.getHostConfig().getMemory()).isEqualTo(64L << 20);
            assertThat(state.getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(80))[0].getHostIp()).isEqualTo("127.0.0.1");
            assertThat(state.getMounts()).singleElement().satisfies(mount -> assertThat(mount.getDestination().getPath()).isEqualTo("/data"));
            var listed = docker.listContainersCmd().withLabelFilter(Map.of("a", "b")).withShowSize(true).exec();
            assertThat(listed).singleElement().satisfies(container -> {
                assertThat(container.getId()).isEqualTo(id);
                assertThat(container.getNames()).containsExactly("/typed");
                assertThat(container.getPorts()).isNotEmpty();
                assertThat(container.getSizeRootFs()).isPositive();
            });
            docker.killContainerCmd(id).withSignal("SIGKILL").exec();
            assertThat(docker.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode(LIMIT_S, TimeUnit.SECONDS)).isEqualTo(137);
            docker.removeContainerCmd(id).withRemoveVolumes(true).exec();
            assertThatThrownBy(() -> docker.inspectContainerCmd(id).exec()).isInstanceOf(NotFoundException.class).hasMessageContaining("No such container");
            Eventually.holds(() -> "all events: " + events, () -> events.stream().map(Event::getAction).toList()
                    .containsAll(List.of("create", "attach", "start", "kill", "die", "destroy")));
            assertThat(events).allSatisfy(event -> {
                assertThat(event.getActor().getId()).isEqualTo(id);
                assertThat(event.getActor().getAttributes()).containsEntry("name", "typed").containsEntry("a", "b");
                assertThat(event.getTimeNano()).isPositive();
            });
        }
        docker.removeVolumeCmd("typed").exec();
    }

    @Test
    void execStatsLogsAndFilesByTypedCalls() throws Exception {
        var id = docker.createContainerCmd("busybox").withCmd("sh", "-c", "echo out; echo err >&2; exec sleep 1000").exec().getId();
        docker.startContainerCmd(id).exec();
        var exec = docker.execCreateCmd(id).withCmd("sh", "-c", "read x; echo $x; echo $Q >&2; exit 5").withAttachStdin(true).withAttachStdout(true).withAttachStderr(true)
                .withEnv(List.of("Q=quiet")).withUser("nobody").exec().getId();
        var frames = new CopyOnWriteArrayList<Frame>();
        assertThat(docker.execStartCmd(exec).withStdIn(bytes("said\n")).exec(into(frames))
                .awaitCompletion(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(text(frames, StreamType.STDOUT)).isEqualTo("said\n");
        assertThat(text(frames, StreamType.STDERR)).isEqualTo("quiet\n");
        assertThat(docker.inspectExecCmd(exec).exec().getExitCodeLong()).isEqualTo(5);

        var logs = new CopyOnWriteArrayList<Frame>();
        assertThat(docker.logContainerCmd(id).withStdOut(true).withStdErr(true).withTimestamps(true).exec(into(logs)).awaitCompletion(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(text(logs, StreamType.STDOUT)).matches("20\\S+Z out\n");
        assertThat(text(logs, StreamType.STDERR)).matches("20\\S+Z err\n");

        var looks = new CopyOnWriteArrayList<Statistics>();
        try (var watch = docker.statsCmd(id).exec(into(looks))) {
            watch.awaitStarted(LIMIT_S, TimeUnit.SECONDS);
            Eventually.holds("two looks", () -> looks.size() > 1);
        }
        assertThat(looks.getLast()).satisfies(look -> {
            assertThat(look.getMemoryStats().getUsage()).isPositive();
            assertThat(look.getCpuStats().getSystemCpuUsage()).isPositive();
            assertThat(look.getPidsStats().getCurrent()).isEqualTo(1);
            assertThat(look.getNetworks()).containsKey("eth0");
        });

        var file = Files.writeString(BERTH.home().resolve("typed-file"), "content");
        docker.copyArchiveToContainerCmd(id).withHostResource(file.toString()).withRemotePath("/tmp").exec();
        try (var tar = new TarArchiveInputStream(docker.copyArchiveFromContainerCmd(id, "/tmp/typed-file").exec())) {
            assertThat(tar.getNextEntry().getName()).isEqualTo("typed-file");
            assertThat(tar.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("content");
        }
        assertThat(docker.containerDiffCmd(id).exec()).anySatisfy(change -> assertThat(change.getPath()).isEqualTo("/tmp/typed-file"));
        assertThat(docker.topContainerCmd(id).exec().getProcesses()).hasDimensions(1, 8);
        docker.stopContainerCmd(id).withTimeout(0).exec();
        docker.removeContainerCmd(id).exec();
    }

    @Test
    void theHostDescribesItself() {
        docker.pingCmd().exec();
        assertThat(docker.versionCmd().exec().getApiVersion()).isNotEmpty();
        assertThat(docker.infoCmd().exec()).satisfies(info -> {
            assertThat(info.getNCPU()).isPositive();
            assertThat(info.getMemTotal()).isPositive();
            assertThat(info.getDriver()).isNotEmpty();
        });
        assertThat(docker.listImagesCmd().withFilter("reference", List.of("busybox")).exec()).singleElement()
                .satisfies(image -> assertThat(image.getRepoTags()).containsExactly("busybox:latest"));
        assertThat(docker.inspectImageCmd("busybox").exec().getConfig().getCmd()).containsExactly("sh");
        assertThat(docker.listNetworksCmd().exec()).extracting(Network::getName).contains("bridge", "host", "none");
    }

    @Test
    void testcontainersWaitsForAPortAndCopiesFiles() throws Exception {
        try (var web = busybox().withCommand("httpd", "-f", "-p", "8080", "-h", "/tmp").withExposedPorts(8080)
                .withCopyToContainer(Transferable.of("served", 0644), "/tmp/page").waitingFor(Wait.forListeningPort())) {
            web.start();
            var page = URI.create("http://" + web.getHost() + ":" + web.getMappedPort(8080) + "/page");
            try (var http = HttpClient.newHttpClient()) {
                assertThat(http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("served");
            }
            web.copyFileToContainer(Transferable.of("more"), "/tmp/more");
            String copied = web.copyFileFromContainer("/tmp/more", in -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(copied).isEqualTo("more");
            assertThat(web.isRunning()).isTrue();
        }
        try (var web = busybox().withCommand("httpd", "-f", "-p", "8080", "-h", "/etc").withExposedPorts(8080).waitingFor(Wait.forHttp("/passwd"))) {
            web.start();
        }
    }

    @Test
    void testcontainersWaitsForTheLogAndExecutes() throws Exception {
        var lines = new ToStringConsumer();
        try (var said = busybox().withCommand("sh", "-c", "echo one; sleep 0.2; echo is ready; echo aside >&2; exec sleep 1000").withLogConsumer(lines)
                .withEnv("Q", "from env").withTmpFs(Map.of("/scratch", "rw,size=1m")).waitingFor(Wait.forLogMessage(".*ready.*\\n", 1))) {
            said.start();
            Container.ExecResult result = said.execInContainer("sh", "-c", "echo $Q; echo wrong >&2; touch /scratch/x; exit 3");
            assertThat(result.getStdout()).isEqualTo("from env\n");
            assertThat(result.getStderr()).isEqualTo("wrong\n");
            assertThat(result.getExitCode()).isEqualTo(3);
            Eventually.holds(() -> "the consumer has all: " + lines.toUtf8String(), () -> lines.toUtf8String().contains("aside"));
            assertThat(said.getLogs()).contains("one\n", "is ready\n", "aside\n");
            assertThat(said.getContainerInfo().getState().getRunning()).isTrue();
        }
    }

    @Test
    void testcontainersWaitsForHealthAndForACommand() {
        try (var healthy = busybox().withCommand("sleep", "1000").withCreateContainerCmdModifier(create -> create.withHealthcheck(new HealthCheck()
                .withTest(List.of("CMD", "true")).withInterval(TimeUnit.MILLISECONDS.toNanos(100)))).waitingFor(Wait.forHealthcheck())) {
            healthy.start();
            assertThat(healthy.isHealthy()).isTrue();
        }
        try (var able = busybox().withCommand("sleep", "1000").waitingFor(Wait.forSuccessfulCommand("true"))) {
            able.start();
            assertThat(able.isRunning()).isTrue();
        }
    }

    private static GenericContainer<?> busybox() {
        return new GenericContainer<>(BUSYBOX).withImagePullPolicy(image -> false);
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> ResultCallback.Adapter<T> into(List<T> list) {
        return new ResultCallback.Adapter<>() {
            @Override
            public void onNext(T object) {
                list.add(object);
            }
        };
    }

    private static String text(List<Frame> frames, StreamType stream) {
        var text = new StringBuilder();
        frames.stream().filter(frame -> frame.getStreamType() == stream).forEach(frame -> text.append(new String(frame.getPayload(), StandardCharsets.UTF_8)));
        return text.toString();
    }
}
