// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { RequestError } from "../../api/http";
import { optionNamed } from "./serverProblem";

const at = (field: string): string => optionNamed(new RequestError(400, "no", field)).id;

describe("a field that the server names", () => {
  it.each([
    ["hostConfig.Memory", "HostConfig.Memory"],
    ["hostConfig.Mounts[0].Target", "HostConfig.Mounts"],
    ["hostConfig.LogConfig", "HostConfig.LogConfig.Type"],
    ["config.Env", "Env"],
    ["config.Healthcheck", "Healthcheck.Test"],
    ["networkingConfig.EndpointsConfig.lan.Aliases", "NetworkingConfig.EndpointsConfig"],
    ["image", "Image"],
    ["name", "name"],
    ["", ""],
    ["hostConfig.Memroy", ""],
  ])("is an option's: %s", (field, id) => {
    expect(at(field)).toBe(id);
  });

  it("is the image or the name, where words say so", () => {
    expect(optionNamed(new RequestError(404, "No such image: x:latest."))).toEqual({ id: "Image", imageMissing: true });
    expect(optionNamed(new RequestError(404, "image with reference x was found but its platform (linux/amd64) does not match the specified platform (linux/arm64)")).id).toBe("platform");
    expect(optionNamed(new RequestError(409, 'Conflict. The container name "/x" is already in use by container "y".')).id).toBe("name");
  });
});
