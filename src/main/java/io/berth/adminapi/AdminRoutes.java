package io.berth.adminapi;

import io.berth.http.Access;
import io.berth.http.RouteRule;
import io.berth.http.RouteRules;
import java.util.List;
import org.springframework.stereotype.Component;

/** Who may use the management API. */
@Component
class AdminRoutes implements RouteRules {

    @Override
    public List<RouteRule> rules() {
        return List.of(
                RouteRule.get("/api/v1/containers", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/prune", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}", Access.ACCOUNT),
                RouteRule.delete("/api/v1/containers/{ref}", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/cgroup", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/changes", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/consoles", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/consoles", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/changes/archive", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/events", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/files", Access.ACCOUNT),
                RouteRule.delete("/api/v1/containers/{ref}/files", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/files/content", Access.ACCOUNT),
                RouteRule.put("/api/v1/containers/{ref}/files/content", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/files/folders", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/files/rename", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/layers", Access.ACCOUNT),
                RouteRule.put("/api/v1/containers/{ref}/limits", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/logs", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/logs/download", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/logs/line", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/logs/starts", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/namespaces", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/processes", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/recreate", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/kill", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/pause", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/rename", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/restart", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/rescue", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/settings", Access.ACCOUNT),
                RouteRule.put("/api/v1/containers/{ref}/settings", Access.ACCOUNT),
                RouteRule.get("/api/v1/containers/{ref}/shells", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/start", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/stop", Access.ACCOUNT),
                RouteRule.post("/api/v1/containers/{ref}/unpause", Access.ACCOUNT),
                RouteRule.get("/api/v1/consoles", Access.ACCOUNT),
                RouteRule.get("/api/v1/consoles/{id}", Access.ACCOUNT),
                RouteRule.delete("/api/v1/consoles/{id}", Access.ACCOUNT),
                RouteRule.get("/api/v1/consoles/{id}/programs", Access.ACCOUNT),
                RouteRule.get("/api/v1/images", Access.ACCOUNT),
                RouteRule.post("/api/v1/images/check", Access.ACCOUNT),
                RouteRule.get("/api/v1/images/plan", Access.ACCOUNT),
                RouteRule.post("/api/v1/images/pull", Access.ACCOUNT),
                RouteRule.get("/api/v1/logs/removed", Access.ACCOUNT),
                RouteRule.delete("/api/v1/logs/removed/{id}", Access.ACCOUNT),
                RouteRule.get("/api/v1/operations", Access.ACCOUNT),
                RouteRule.get("/api/v1/operations/{id}", Access.ACCOUNT),
                RouteRule.post("/api/v1/operations/{id}/cancel", Access.ACCOUNT),
                RouteRule.get("/api/v1/registries", Access.ACCOUNT),
                RouteRule.put("/api/v1/registries/{registry}", Access.ACCOUNT),
                RouteRule.delete("/api/v1/registries/{registry}", Access.ACCOUNT),
                RouteRule.get("/api/v1/unprotected", Access.ACCOUNT),
                RouteRule.get("/api/v1/volumes", Access.ACCOUNT),
                RouteRule.post("/api/v1/volumes", Access.ACCOUNT),
                RouteRule.get("/api/v1/volumes/{name}", Access.ACCOUNT),
                RouteRule.delete("/api/v1/volumes/{name}", Access.ACCOUNT),
                RouteRule.get("/api/v1/volumes/{name}/backup", Access.ACCOUNT),
                RouteRule.post("/api/v1/volumes/{name}/clone", Access.ACCOUNT),
                RouteRule.get("/api/v1/volumes/{name}/files", Access.ACCOUNT),
                RouteRule.delete("/api/v1/volumes/{name}/files", Access.ACCOUNT),
                RouteRule.get("/api/v1/volumes/{name}/files/content", Access.ACCOUNT),
                RouteRule.put("/api/v1/volumes/{name}/files/content", Access.ACCOUNT),
                RouteRule.post("/api/v1/volumes/{name}/files/folders", Access.ACCOUNT),
                RouteRule.post("/api/v1/volumes/{name}/files/rename", Access.ACCOUNT),
                RouteRule.post("/api/v1/volumes/{name}/restore", Access.ACCOUNT));
    }
}
