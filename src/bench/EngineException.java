/** An engine answered with an error, or did not do what it was asked for. */
final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1;

    EngineException(String message) {
        super(message);
    }
}
