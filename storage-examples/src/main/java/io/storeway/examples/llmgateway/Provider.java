package io.storeway.examples.llmgateway;

import io.storeway.Json;

/** The service that runs a model. */
@FunctionalInterface
interface Provider {

    /** An answer, and how many tokens it is charged for. */
    record Completion(String answer, int promptTokens, int completionTokens) {}

    /**
     * Asks the model.
     *
     * @throws RuntimeException any, if there is no answer
     */
    Completion ask(Model model, Json messages);
}
