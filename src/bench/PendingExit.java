import java.io.IOException;

/** A container's exit that the engine will tell of. */
record PendingExit(Engine engine, Connection connection, Response response) {

    /** Waits for the exit, which must be a good one. */
    void await() {
        try (connection) {
            String answer = response.text();
            int code = Engine.exitCode(Json.object(answer).get("StatusCode"));
            if (code != 0) {
                throw new EngineException(engine.name() + ": a container ended badly: " + answer.strip());
            }
        } catch (IOException e) {
            throw engine.failure("POST", "wait", e);
        }
    }
}
