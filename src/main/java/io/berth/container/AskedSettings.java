package io.berth.container;

import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.json.DockerJson;
import io.berth.network.Connection;
import io.berth.oci.Healthcheck;
import io.berth.oci.RunConfig;
import io.berth.runtime.Cgroups;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * What containers were asked to be, without what their images and this host have added: a container that is made of it again is the same.
 * What differs says which settings another request would change.
 */
@Component
public class AskedSettings {

    private final Images images;
    private final ContainerLinks links;
    private final ContainerCreation creation;
    private final Cgroups cgroups;

    AskedSettings(Images images, ContainerLinks links, ContainerCreation creation, Cgroups cgroups) {
        this.images = images;
        this.links = links;
        this.creation = creation;
        this.cgroups = cgroups;
    }

    /** Of a container. When its image is gone, all that the image said counts as asked. */
    public CreateBody of(Container container) {
        var image = images.find(container.imageId()).map(found -> found.config().config()).orElse(RunConfig.EMPTY);
        return new CreateBody(config(container, image), host(container), connections(container));
    }

    /** Whether the name of its image leads to another image than it was made of. */
    public boolean isImageMoved(Container container) {
        return images.find(container.config().image()).filter(image -> !image.id().equals(container.imageId())).isPresent();
    }

    /**
     * What a request would change of a container.
     *
     * @param paths of the settings that would be others, in the body of ContainerCreate
     * @param update what of it is a change of limits and the restart policy
     */
    public record Differences(Set<String> paths, UpdateRequest update) {}

    /**
     * Which settings of a container would be others after a request. Nothing is made. The name of its image is that image, wherever it leads by
     * now.
     *
     * @throws io.berth.error.EngineException the request would be refused
     */
    public Differences differences(Container container, CreateRequest request) {
        var planned = plan(container, request);
        var paths = new TreeSet<>(differing("", container.config(), planned.config()));
        paths.addAll(differing(CreateBody.HOST_CONFIG + ".", container.hostConfig(), planned.host()));
        if (!networks(container.connections()).equals(networks(planned.connections()))) {
            paths.add(CreateBody.NETWORKING_CONFIG + ".EndpointsConfig");
        }
        if (!container.imageId().equals(planned.image().id())) {
            paths.add("Image");
        }
        return new Differences(paths, new UpdateRequest(planned.host(), paths.contains("HostConfig.PidsLimit"), paths.contains("HostConfig.RestartPolicy")));
    }

    private ContainerCreation.Plan plan(Container container, CreateRequest request) {
        var name = request.config().image();
        var own = name.equals(container.config().image()) ? images.find(container.imageId()) : Optional.<Image>empty();
        return creation.plan(request, container.id(), own.orElseGet(() -> creation.requireImage(name)));
    }

    /** What is the same in another order is the same. */
    private static Map<String, Connection> networks(List<Connection> connections) {
        return connections.stream().collect(Collectors.toMap(Connection::networkId, connection -> connection));
    }

    private static Set<String> differing(String prefix, Object before, Object after) {
        JsonNode old = DockerJson.MAPPER.valueToTree(before);
        JsonNode next = DockerJson.MAPPER.valueToTree(after);
        var names = new TreeSet<>(old.propertyNames());
        names.addAll(next.propertyNames());
        return names.stream().filter(name -> !nothingAsMissing(name, old).equals(nothingAsMissing(name, next))).map(name -> prefix + name)
                .collect(Collectors.toSet());
    }

    /** Docker's clients say false where others say nothing of the kernel's choice. */
    private static Object nothingAsMissing(String name, JsonNode settings) {
        var value = settings.path(name);
        boolean isNothing = value.isMissingNode() || value.isNull() || value.isContainer() && value.isEmpty() || value.isString() && value.stringValue().isEmpty();
        return isNothing || name.equals("OomKillDisable") && !value.asBoolean(false) ? "" : value;
    }

    /** The inverse of {@link ConfigMerge#merge}. */
    static ContainerConfig config(Container container, RunConfig image) {
        var has = container.config();
        boolean named = container.id().shortId().equals(has.hostname())
                || sharesName(container.hostConfig()) && ContainerCreation.hostName().equals(has.hostname());
        boolean inherits = Objects.equals(has.entrypoint(), image.entrypoint()) && (any(has.cmd()) || !any(image.cmd()));
        var entrypoint = inherits ? null : has.entrypoint() == null ? List.of("") : has.entrypoint();
        var cmd = inherits && Objects.equals(has.cmd(), image.cmd()) ? null : has.cmd();
        Healthcheck health = Objects.equals(has.healthcheck(), image.healthcheck()) ? null : has.healthcheck();
        return new ContainerConfig(named ? null : has.hostname(), orNull(has.domainname()), unless(image.user(), has.user()), has.attachStdin(), has.attachStdout(), has.attachStderr(),
                without(has.exposedPorts(), image.exposedPorts()), has.tty(), has.openStdin(), has.stdinOnce(), environment(image.env(), has.env()), cmd,
                health, has.image(), without(has.volumes(), image.volumes()), unless(image.workingDir(), has.workingDir()), entrypoint,
                has.networkDisabled(), mac(container), Objects.equals(has.onBuild(), image.onBuild()) ? null : has.onBuild(),
                labels(image.labels(), has.labels()), unless(image.stopSignal(), has.stopSignal()),
                Objects.equals(has.stopTimeout(), image.stopTimeoutSeconds()) ? null : has.stopTimeout(),
                Objects.equals(has.shell(), image.shell().isEmpty() ? null : image.shell()) ? null : has.shell());
    }

    private static boolean sharesName(HostConfig host) {
        return host.networkMode().equals("host") || host.utsMode().equals("host");
    }

    /** A line of the image that it does not have was taken away by its name alone. */
    private static @Nullable List<String> environment(List<String> image, @Nullable List<String> has) {
        var lines = has == null ? List.<String>of() : has;
        var names = lines.stream().map(ConfigMerge::nameOf).collect(Collectors.toSet());
        var asked = new ArrayList<>(lines.stream().filter(line -> !image.contains(line)).toList());
        image.stream().map(ConfigMerge::nameOf).filter(name -> !names.contains(name)).forEach(asked::add);
        return asked.isEmpty() ? null : asked;
    }

    private static Map<String, String> labels(Map<String, String> image, Map<String, String> has) {
        var asked = new TreeMap<>(has);
        asked.entrySet().removeIf(label -> label.getValue().equals(image.get(label.getKey())));
        return asked;
    }

    private static @Nullable Map<String, Object> without(@Nullable Map<String, Object> has, Set<String> image) {
        if (has == null) {
            return null;
        }
        var asked = new TreeMap<>(has);
        asked.keySet().removeAll(image);
        return asked.isEmpty() ? null : asked;
    }

    /** Clients of old look for the hardware address of the first connection here. */
    private static @Nullable String mac(Container container) {
        var first = container.connections().isEmpty() ? "" : container.connections().getFirst().mac();
        return first.equals(container.config().macAddress()) ? null : container.config().macAddress();
    }

    /** Without what {@link ContainerCreation} has decided. */
    private HostConfig host(Container container) {
        var has = links.shown(container);
        var values = new HashMap<String, Object>();
        if (has.cgroupnsMode().equals(cgroups.version() == 2 ? "private" : "host")) {
            values.put("cgroupnsMode", "");
        }
        boolean confined = !SecurityOptions.of(has).systemPathsUnconfined();
        putNull(values, "maskedPaths", !has.privileged() && Objects.equals(has.maskedPaths(), confined ? DefaultProfile.MASKED : List.of()));
        putNull(values, "readonlyPaths", !has.privileged() && Objects.equals(has.readonlyPaths(), confined ? DefaultProfile.READ_ONLY : List.of()));
        if (has.memory() > 0 && has.memorySwap() == has.memory() * 2) {
            values.put("memorySwap", 0L);
        }
        if (has.links() != null) {
            values.put("links", has.links().stream().map(AskedSettings::link).toList());
        }
        return has.with(values);
    }

    /** {@code CHILD:ALIAS} for {@code /CHILD:/PARENT/ALIAS}. */
    private static String link(String shown) {
        var parts = shown.split(":", 2);
        return parts.length < 2 || !shown.startsWith("/") ? shown : parts[0].substring(1) + ":" + parts[1].substring(parts[1].lastIndexOf('/') + 1);
    }

    /** One to the network of its mode, with nothing asked, needs no word; links of the host config became such of the first connection. */
    private static List<Connection> connections(Container container) {
        var host = container.hostConfig();
        var links = host.links() == null ? List.<String>of() : host.links().stream().map(LinkName::parse).map(LinkName::text).toList();
        var all = container.connections().stream()
                .map(connection -> connection.withLinks(connection.links().stream().filter(link -> !links.contains(link)).toList())).toList();
        boolean usual = all.size() == 1 && all.getFirst().network().equals(host.networkMode()) && EndpointSettings.fields(all.getFirst()).isEmpty();
        return usual ? List.of() : all;
    }

    /** As {@code EndpointsConfig} has connections, by the names of networks. */
    public static Map<String, Map<String, Object>> endpoints(List<Connection> connections) {
        var endpoints = new LinkedHashMap<String, Map<String, Object>>();
        connections.forEach(connection -> endpoints.put(connection.network(), EndpointSettings.fields(connection)));
        return endpoints;
    }

    private static void putNull(Map<String, Object> values, String name, boolean due) {
        if (due) {
            values.put(name, null);
        }
    }

    private static @Nullable String unless(String image, @Nullable String has) {
        return has == null || has.isEmpty() || has.equals(image) ? null : has;
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static boolean any(@Nullable List<String> list) {
        return list != null && !list.isEmpty();
    }
}
