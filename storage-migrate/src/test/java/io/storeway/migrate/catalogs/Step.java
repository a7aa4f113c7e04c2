package io.storeway.migrate.catalogs;

import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A thing to do to a storage, whose answer is a text that has to be the same everywhere. */
record Step(String text, Action action) {

    /** What is done; gives the answer. */
    @FunctionalInterface
    interface Action {
        String on(Place place);
    }

    /** Where it is done: a storage, or a unit of work of one. */
    interface Place {

        Repository<Row> repository(EntityType<Row> type);

        Storage storage();

        ManualClock clock();
    }

    /** A storage with a clock of its own. */
    record Open(Storage storage, ManualClock clock) implements Place {
        @Override
        public Repository<Row> repository(EntityType<Row> type) {
            return storage.repository(type);
        }

        /** Puts the clock back to where those of other storages begin. */
        void beginAnew() {
            clock.advance(Duration.between(clock.instant(), Pools.NOW));
        }
    }

    /** The answer, or the sort of refusal. */
    String answer(Place place) {
        try {
            return action.on(place);
        } catch (ConstraintViolationException e) {
            return "refused by " + e.kind() + " " + e.constraint() + " " + e.columns();
        } catch (InvalidValueException e) {
            return "invalid " + e.where();
        } catch (StorageException e) {
            return e.getClass().getSimpleName();
        }
    }

    /** Ends a unit that is to leave nothing. */
    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The steps as one unit of work; one that is refused ends it, or it is given up at its end. */
    static Step unit(List<Step> steps, boolean givenUp) {
        String text =
                steps.stream().map(Step::text).collect(Collectors.joining("; ", "unit{", givenUp ? "; throw}" : "}"));
        return new Step(text, place -> {
            try {
                return place.storage()
                        .<List<String>>transact(unit -> {
                            Place within = new Place() {
                                @Override
                                public Repository<Row> repository(EntityType<Row> type) {
                                    return unit.repository(type);
                                }

                                @Override
                                public Storage storage() {
                                    return place.storage();
                                }

                                @Override
                                public ManualClock clock() {
                                    return place.clock();
                                }
                            };
                            List<String> answers = new ArrayList<>();
                            steps.forEach(step -> answers.add(step.action().on(within)));
                            if (givenUp) {
                                throw new GivenUp();
                            }
                            return answers;
                        })
                        .toString();
            } catch (StorageException e) {
                // PostgreSQL hears of some writes when the unit ends, or not at all.
                if (givenUp) {
                    return "given up";
                }
                throw e;
            } catch (GivenUp e) {
                return "given up";
            }
        });
    }

    @Override
    public String toString() {
        return text;
    }
}
