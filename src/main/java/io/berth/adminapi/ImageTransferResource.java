package io.berth.adminapi;

import io.berth.container.Container;
import io.berth.container.ContainerId;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import io.berth.image.ImagePuller;
import io.berth.image.ImageUse;
import io.berth.image.PullPlan;
import io.berth.image.PullPlanner;
import io.berth.image.RegistryLogins;
import io.berth.oci.ImageReference;
import io.berth.operation.Operation;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Images from registries: what a pull would do, and pulls; with the account's own logins. */
@RestController
@RequestMapping("/api/v1/images")
class ImageTransferResource {

    private final ImagePuller puller;
    private final PullPlanner planner;
    private final RegistryLogins logins;
    private final Containers containers;

    ImageTransferResource(ImagePuller puller, PullPlanner planner, RegistryLogins logins, Containers containers) {
        this.puller = puller;
        this.planner = planner;
        this.logins = logins;
        this.containers = containers;
    }

    /** A pull that is asked for. @param platform {@code os[/arch[/variant]]}; the host's when it is missing */
    record Wish(@Nullable String reference, @Nullable String platform) {}

    /** A layer on the wire. @param missingBytes that must travel */
    record LayerView(String digest, long sizeBytes, long missingBytes) {}

    /** A container of the image that the name leads to now. */
    record UserView(String id, String name, boolean running) {}

    /** A plan on the wire. @param replacedId the image that would lose the name; null for none */
    record PlanView(String reference, String id, String digest, List<LayerView> layers, int layersHere, long fetchBytes, long neededBytes,
            long freeBytes, long freeAfterBytes, @Nullable String replacedId, List<UserView> replacedUsers) {}

    @GetMapping("/plan")
    PlanView plan(@RequestParam(required = false) @Nullable String reference, @RequestParam(required = false) @Nullable String platform, Principal user) {
        var wanted = reference(reference);
        return view(planner.plan(wanted, EngineFields.platform(platform), logins.find(user.getName(), wanted.domain())));
    }

    @PostMapping("/pull")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Operation pull(@RequestBody Wish wish, Principal user) {
        var wanted = reference(wish.reference());
        return puller.begin(wanted, EngineFields.platform(wish.platform()), logins.find(user.getName(), wanted.domain()), user.getName());
    }

    private static ImageReference reference(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new InvalidArgumentException("reference is missing: name the image, as repository:tag or repository@digest");
        }
        return ImageReference.parse(text.strip()).withDefaultTag();
    }

    private PlanView view(PullPlan plan) {
        var replaced = plan.replaced();
        return new PlanView(plan.reference().familiar(), plan.id().toString(), plan.digest().toString(),
                plan.layers().stream().map(layer -> new LayerView(layer.digest().toString(), layer.sizeBytes(), layer.missingBytes())).toList(),
                (int) plan.layers().stream().filter(layer -> layer.missingBytes() == 0).count(), plan.fetchBytes(), plan.neededBytes(), plan.freeBytes(),
                plan.freeAfterBytes(), replaced == null ? null : replaced.id().toString(), plan.replacedUsers().stream().map(this::view).toList());
    }

    private UserView view(ImageUse use) {
        var name = containers.find(new ContainerId(use.containerId())).map(Container::name).map(String::valueOf).orElse("");
        return new UserView(use.containerId(), name, use.running());
    }
}
