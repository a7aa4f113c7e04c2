package io.storeway.cli;

import io.storeway.cli.catalog.CatalogException;
import io.storeway.error.StorageException;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.StageBlockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words errors for users: what is wrong, where, and what to do. */
final class Messages {

    private Messages() {}

    static String of(Throwable error) {
        if (error instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
            return of(wrapped.getCause());
        }
        if (error instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or folder; create it first, or name another one";
        }
        if (error instanceof AccessDeniedException denied) {
            return denied.getFile() + ": no permission; change it, or name another place";
        }
        if (error instanceof FileAlreadyExistsException there) {
            return there.getFile() + ": it is there already and is not replaced; name another file";
        }
        if (error instanceof FileSystemException file) {
            return file.getFile() + ": " + (file.getReason() == null ? "can't be used" : file.getReason());
        }
        if (error instanceof StorageException
                || error instanceof CatalogException
                || error instanceof MigrationException
                || error instanceof StageBlockedException
                || error instanceof ReportNotWrittenException
                || error instanceof IllegalArgumentException
                || error instanceof IOException) {
            return String.valueOf(error.getMessage());
        }
        return "unexpected " + error.getClass().getSimpleName() + ": " + error.getMessage()
                + "; this is a bug: run again with --stacktrace and report it";
    }
}
