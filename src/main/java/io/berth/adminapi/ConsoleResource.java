package io.berth.adminapi;

import io.berth.console.ConsoleRequest;
import io.berth.console.ConsoleView;
import io.berth.console.Consoles;
import io.berth.console.Shells;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The account's own consoles: open, list, end. What they print and what is typed goes over {@code /ws/v1/consoles/{id}}. Those of other
 * accounts are 404.
 */
@RestController
@RequestMapping("/api/v1")
class ConsoleResource {

    private static final int ROWS = 24;
    private static final int COLUMNS = 80;
    private static final int LARGEST = 1000;

    private final Consoles consoles;
    private final Shells shells;
    private final Containers containers;

    ConsoleResource(Consoles consoles, Shells shells, Containers containers) {
        this.consoles = consoles;
        this.shells = shells;
        this.containers = containers;
    }

    /** A console that is asked for; what is missing is chosen as {@link ConsoleRequest} says. */
    record Wish(@Nullable String shell, @Nullable Boolean toolbox, @Nullable String user, @Nullable String workingDir, @Nullable Integer rows,
            @Nullable Integer columns) {}

    /** What one can be opened with. */
    @GetMapping("/containers/{ref}/shells")
    Shells.Choice shells(@PathVariable String ref) {
        return shells.of(containers.resolve(ref));
    }

    @GetMapping("/containers/{ref}/consoles")
    ContainerResource.Items<ConsoleView> list(@PathVariable String ref, Principal user) {
        return new ContainerResource.Items<>(consoles.list(user.getName(), containers.resolve(ref).id()));
    }

    @PostMapping("/containers/{ref}/consoles")
    @ResponseStatus(HttpStatus.CREATED)
    ConsoleView open(@PathVariable String ref, @RequestBody Wish wish, Principal user) {
        return consoles.open(user.getName(), containers.resolve(ref), new ConsoleRequest(path("shell", wish.shell()), Boolean.TRUE.equals(wish.toolbox()),
                text(wish.user()), path("workingDir", wish.workingDir()), size("rows", wish.rows(), ROWS), size("columns", wish.columns(), COLUMNS)));
    }

    @GetMapping("/consoles")
    ContainerResource.Items<ConsoleView> list(Principal user) {
        return new ContainerResource.Items<>(consoles.list(user.getName()));
    }

    @GetMapping("/consoles/{id}")
    ConsoleView get(@PathVariable String id, Principal user) {
        return consoles.get(user.getName(), id);
    }

    /** The names of the programs that were started in it and run: they end with it. */
    @GetMapping("/consoles/{id}/programs")
    ContainerResource.Items<String> programs(@PathVariable String id, Principal user) {
        return new ContainerResource.Items<>(consoles.programs(user.getName(), id));
    }

    @DeleteMapping("/consoles/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void end(@PathVariable String id, Principal user) {
        consoles.end(user.getName(), id);
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given.strip();
    }

    private static String path(String field, @Nullable String given) {
        var path = text(given);
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new InvalidArgumentException(field + ": " + path + " is no path from the root of the container");
        }
        return path;
    }

    private static int size(String field, @Nullable Integer given, int otherwise) {
        if (given != null && (given < 1 || given > LARGEST)) {
            throw new InvalidArgumentException(field + ": " + given + " is not between 1 and " + LARGEST);
        }
        return given == null ? otherwise : given;
    }
}
