package io.storeway.examples.llmgateway;

import java.math.BigDecimal;

/** Models with their list prices of November 2024, in dollars per million tokens. */
enum Model {
    GPT_4O("gpt-4o", "2.50", "10.00"),
    GPT_4O_MINI("gpt-4o-mini", "0.15", "0.60"),
    CLAUDE_3_5_SONNET("claude-3-5-sonnet-20241022", "3.00", "15.00"),
    CLAUDE_3_5_HAIKU("claude-3-5-haiku-20241022", "0.80", "4.00"),
    GEMINI_1_5_FLASH("gemini-1.5-flash", "0.075", "0.30");

    /** Prices are per million tokens, so costs have six more decimal places. */
    private static final int PER_MILLION = 6;

    private final String id;
    private final BigDecimal prompt;
    private final BigDecimal completion;

    Model(String id, String prompt, String completion) {
        this.id = id;
        this.prompt = new BigDecimal(prompt);
        this.completion = new BigDecimal(completion);
    }

    String id() {
        return id;
    }

    /** The exact cost of a request, in dollars. */
    BigDecimal cost(int promptTokens, int completionTokens) {
        return prompt.multiply(BigDecimal.valueOf(promptTokens))
                .add(completion.multiply(BigDecimal.valueOf(completionTokens)))
                .movePointLeft(PER_MILLION)
                .setScale(Organization.MONEY.scale());
    }
}
