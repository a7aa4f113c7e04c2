package io.storeway.examples.llmgateway;

import io.storeway.Json;

/** Whoever runs a model. */
@FunctionalInterface
interface Provider {

    /** What came back, and how many tokens are to be paid for. */
    record Completion(String answer, int promptTokens, int completionTokens) {}

    /**
     * Asks the model.
     *
     * @throws RuntimeException any, if there is no answer
     */
    Completion ask(Model model, Json messages);
}
