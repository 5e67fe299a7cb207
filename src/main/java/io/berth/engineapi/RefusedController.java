package io.berth.engineapi;

import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.error.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What this engine does not do, each by its name; and what nobody knows. */
@RestController
class RefusedController {

    @RequestMapping({"/swarm/**", "/nodes/**", "/services/**", "/tasks/**", "/secrets/**", "/configs/**", "/swarm", "/nodes", "/services",
        "/tasks", "/secrets", "/configs"})
    void swarm() {
        throw new UnavailableException("This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node "
                + "to swarm and try again.");
    }

    @GetMapping("/plugins")
    List<Object> plugins() {
        return List.of();
    }

    @RequestMapping("/plugins/{name}/**")
    void plugin(@PathVariable String name) {
        if (List.of("pull", "create", "privileges").contains(name)) {
            throw new NotImplementedException("not supported: plugins");
        }
        throw new NotFoundException("plugin \"" + name + "\" not found");
    }

    @RequestMapping({"/build", "/build/**", "/session", "/grpc",
        "/containers/{id}/checkpoints/**", "/containers/{id}/checkpoints"})
    void notBuilt(HttpServletRequest request) {
        throw new NotImplementedException("not supported yet: " + request.getMethod() + " " + request.getRequestURI().replaceFirst("^/\\.engine", ""));
    }

    @GetMapping("/images/search")
    void search() {
        throw new NotImplementedException("not supported: docker search. Only Docker Hub has an index to search in, and this engine keeps none: "
                + "look for images on the web pages of their registries");
    }

    @RequestMapping("/**")
    void unknown() {
        throw new NotFoundException("page not found");
    }
}
