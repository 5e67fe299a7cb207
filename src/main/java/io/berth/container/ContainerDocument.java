package io.berth.container;

import io.berth.oci.Digest;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A container as the one document by which it is kept: in its row, and in a file beside its data. */
final class ContainerDocument {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final Digest UNKNOWN_IMAGE = Digest.sha256("0".repeat(64));

    private ContainerDocument() {}

    static String write(Container container) {
        return JSON.writeValueAsString(container);
    }

    /** @throws RuntimeException it is damaged, or of another container */
    static Container read(String document, ContainerId id) {
        var container = JSON.readValue(document, Container.class);
        if (container == null || !container.id().equals(id)) {
            throw new IllegalArgumentException("the document is not of container " + id);
        }
        container.config().argv();
        container.hostConfig().restartPolicy().rule();
        container.state().word();
        return container;
    }

    /** What is shown of a container whose document is lost; all that can be done with it is its removal. */
    static Container lost(ContainerId id, String name, Instant created, String reason) {
        return new Container(id, name, created, UNKNOWN_IMAGE, JSON.readValue("{\"Image\":\"" + UNKNOWN_IMAGE + "\"}", ContainerConfig.class),
                JSON.readValue("{}", HostConfig.class), List.of(), List.of(), "", List.of(), new ContainerState.Dead(reason), 0, Container.Supervision.NONE);
    }
}
