package dev.dryberth.core.runtime.docker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A program that does nothing for ever, made here byte by byte because no registry need be asked
 * for it and nothing smaller can hold a network namespace.
 *
 * <pre>
 *   0  ELF header, 64 bytes        magic, 64-bit little-endian, machine, entry 0x400078
 *  64  program header, 56 bytes    one segment: the whole file, readable and executable, at 0x400000
 * 120  code                        x86-64: pause() for ever; arm64: ppoll(NULL, 0, NULL, NULL)
 *                                  for ever, which has no pause
 * </pre>
 *
 * <p>A signal with no handler does not end the first process of a container, except SIGKILL, which
 * the image therefore names as its stop signal.
 */
final class PauseProgram {

    private static final long BASE = 0x400000;
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CODE = ELF_HEADER + PROGRAM_HEADER;

    private static final short MACHINE_X86_64 = 62;
    private static final short MACHINE_ARM64 = 183;

    private static final byte[] X86_64 = {
        (byte) 0xB8,
        34,
        0,
        0,
        0, // mov eax, 34         the number of pause
        0x0F,
        0x05, //               syscall
        (byte) 0xEB,
        (byte) 0xF7, // jmp -9              back to the mov
    };

    private static final int[] ARM64 = {
        0xD2800000, // mov x0, #0     no file descriptors
        0xD2800001, // mov x1, #0     of them none
        0xD2800002, // mov x2, #0     no timeout
        0xD2800003, // mov x3, #0     no signal mask
        0xD2800928, // mov x8, #73    the number of ppoll
        0xD4000001, // svc #0
        0x17FFFFFA, // b -24          back to the first
    };

    private PauseProgram() {}

    /** The program for one of Go's processor names. */
    static byte[] forArchitecture(String architecture) {
        short machine = machine(architecture);
        return elf(machine, machine == MACHINE_X86_64 ? X86_64 : littleEndian(ARM64));
    }

    /** ELF's number of a processor. */
    static short machine(String architecture) {
        return switch (architecture) {
            case "amd64" -> MACHINE_X86_64;
            case "arm64" -> MACHINE_ARM64;
            default ->
                    throw new EngineUnavailableException(
                            "The Docker engine runs on "
                                    + architecture
                                    + "; Dryberth can hold networks on amd64 and arm64 only.");
        };
    }

    private static byte[] elf(short machine, byte[] code) {
        int size = CODE + code.length;
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x7F).put((byte) 'E').put((byte) 'L').put((byte) 'F');
        file.put((byte) 2); //          64-bit
        file.put((byte) 1); //          little-endian
        file.put((byte) 1); //          version of the identification
        file.put(new byte[9]); //       System V, padding
        file.putShort((short) 2); //    executable
        file.putShort(machine);
        file.putInt(1); //              version of the format
        file.putLong(BASE + CODE); //   entry
        file.putLong(ELF_HEADER); //    where the program headers are
        file.putLong(0); //             no sections
        file.putInt(0); //              no flags
        file.putShort((short) ELF_HEADER);
        file.putShort((short) PROGRAM_HEADER);
        file.putShort((short) 1); //    one program header
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);

        file.putInt(1); //              to be loaded
        file.putInt(4 | 1); //          readable, executable
        file.putLong(0); //             from the file's begin
        file.putLong(BASE).putLong(BASE);
        file.putLong(size).putLong(size);
        file.putLong(0x1000); //        aligned to a page
        file.put(code);
        return file.array();
    }

    private static byte[] littleEndian(int[] words) {
        ByteBuffer bytes =
                ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }
}
