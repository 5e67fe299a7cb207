package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.json.DockerJson;
import io.berth.oci.Digest;
import io.berth.oci.Healthcheck;
import io.berth.oci.RunConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class AskedSettingsTests {

    private static final RunConfig IMAGE = new RunConfig("web", Set.of("80/tcp"), List.of("PATH=/bin", "MODE=prod"), List.of("/entry"), List.of("serve"),
            Set.of("/data"), "/srv", Map.of("vendor", "x"), "SIGQUIT", 20, new Healthcheck(List.of("CMD", "ok"), 0, 0, 0, 0, 0), List.of("/bin/ash", "-c"), List.of());
    private static final HostConfig HOST = DockerJson.convert(DockerJson.MAPPER.createObjectNode(), "", HostConfig.class);

    static Stream<String> asked() {
        return Stream.of("{}", "{'Cmd':['serve']}", "{'Cmd':['other']}", "{'Entrypoint':['/entry']}", "{'Entrypoint':['/mine'],'Cmd':['x']}", "{'Entrypoint':[''],'Cmd':['x']}",
                "{'Env':['A=1','MODE=test']}", "{'Env':['MODE']}", "{'User':'root','WorkingDir':'/x','StopSignal':'SIGINT','StopTimeout':0}",
                "{'Labels':{'vendor':'y','a':'b'}}", "{'ExposedPorts':{'90/tcp':{}},'Volumes':{'/more':{}}}", "{'Healthcheck':{'Test':['NONE']}}",
                "{'Healthcheck':{'Retries':5}}", "{'Hostname':'named','Domainname':'example','Shell':['/bin/sh','-c'],'MacAddress':'02:42:ac:11:00:09'}").map(json -> json.replace('\'', '"'));
    }

    /** What it was asked to be leads to the same again. */
    @ParameterizedTest
    @MethodSource("asked")
    void mergedWithItsImageItIsTheSame(String json) {
        var config = DockerJson.convert(DockerJson.MAPPER.readTree(json), "", ContainerConfig.class);
        var container = container(config);
        var again = AskedSettings.config(container, IMAGE);
        assertThat(ConfigMerge.merge(again, IMAGE, container.id(), false, "host")).isEqualTo(container.config());
    }

    @Test
    void whatTheImageSaysIsNotAsked() {
        var nothing = DockerJson.convert(DockerJson.MAPPER.createObjectNode(), "", ContainerConfig.class);
        var asked = AskedSettings.config(container(nothing), IMAGE);
        assertThat(DockerJson.MAPPER.<JsonNode>valueToTree(asked)).isEqualTo(DockerJson.MAPPER.valueToTree(nothing));
    }

    private static Container container(ContainerConfig asked) {
        var id = new ContainerId("0123456789abcdef".repeat(4));
        var merged = ConfigMerge.merge(asked, IMAGE, id, false, "host");
        return new Container(id, "web", Instant.EPOCH, Digest.parse("sha256:" + "a".repeat(64)), merged, HOST, List.of(), List.of(), "/entry", List.of(),
                new ContainerState.Created(0, ""), 0, Container.Supervision.NONE);
    }
}
