package io.berth;

import io.berth.error.EngineException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one sentence why the service does not start, instead of a stack trace: what the engine refuses, it names. */
class StartFailureAnalyzer extends AbstractFailureAnalyzer<EngineException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, EngineException refused) {
        return new FailureAnalysis(refused.getMessage(), null, refused);
    }
}
