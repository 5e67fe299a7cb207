import { describe, expect, it } from "vitest";
import { container } from "../../testing";
import { matcher, parseFilter } from "./filter";

const web = container({
  id: "abcdef0123456789",
  name: "shop-web-1",
  image: "Registry.example/nginx:1.29",
  labels: { "com.docker.compose.project": "shop", note: "two words" },
  ports: [{ hostIp: "0.0.0.0", hostPort: 8080, containerPort: 80, protocol: "tcp" }],
  networks: ["front"],
  health: "unhealthy",
});
const finds = (filter: string): boolean => matcher(filter)(web);

describe("parseFilter", () => {
  it("reads words, fields, quotes and minuses", () => {
    expect(parseFilter('a label:"x y" -state:Exited "b c" project:')).toEqual([
      { field: null, text: "a", not: false },
      { field: "label", text: "x y", not: false },
      { field: "state", text: "exited", not: true },
      { field: null, text: "b c", not: false },
      { field: null, text: "project:", not: false },
    ]);
    expect(parseFilter('   "" ')).toEqual([]);
  });
});

describe("matcher", () => {
  it.each(["", "shop", "NGINX", "running", "two", "8080", "front", "abcd", "name:web-1", "image:registry", "state:run", 'label:"note=two w"', "label:compose.project=shop",
    "port:8080", "port:80", "port:80/tcp", "project:shop", "network:front", "health:unhealthy", "id:abc", "shop nginx", "-exited", "-name:db"])("finds by %j", (filter) => {
    expect(finds(filter)).toBe(true);
  });

  it.each(["db", "bcdef", "name:nginx", "state:exited", "port:808", "health:healthy", "shop db", "-shop", "-state:running", "id:bcd"])("does not find by %j", (filter) => {
    expect(finds(filter)).toBe(false);
  });

  it("finds what has failed", () => {
    expect(matcher("state:failed")(container({ state: "exited", exitCode: 3 }))).toBe(true);
    expect(matcher("state:failed")(container({ state: "exited", exitCode: 0 }))).toBe(false);
  });
});
