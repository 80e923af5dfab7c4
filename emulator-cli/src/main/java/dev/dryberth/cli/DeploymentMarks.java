package dev.dryberth.cli;

import java.nio.charset.Charset;

/** The signs that a roll-out is drawn with, as good as the output's character set has them. */
enum DeploymentMarks {
    UNICODE("\u2713", "\u25b6", "\u00b7", "\u2717", "\u2588", "\u2591"),
    ASCII("+", ">", ".", "x", "#", "-");

    final String done;
    final String present;
    final String toCome;
    final String left;
    private final String full;
    private final String empty;

    DeploymentMarks(
            String done, String present, String toCome, String left, String full, String empty) {
        this.done = done;
        this.present = present;
        this.toCome = toCome;
        this.left = left;
        this.full = full;
        this.empty = empty;
    }

    static DeploymentMarks of(Charset charset) {
        return charset.canEncode()
                        && charset.newEncoder()
                                .canEncode(
                                        UNICODE.done
                                                + UNICODE.present
                                                + UNICODE.toCome
                                                + UNICODE.left
                                                + UNICODE.full
                                                + UNICODE.empty)
                ? UNICODE
                : ASCII;
    }

    /**
     * A bar.
     *
     * @param part how much of it is full; less than 0 and more than 1 count as these
     */
    String bar(double part, int width) {
        int filled = (int) Math.round(Math.clamp(part, 0.0, 1.0) * width);
        return full.repeat(filled) + empty.repeat(width - filled);
    }
}
