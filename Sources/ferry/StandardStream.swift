import Glibc
import SystemPackage

/// Standard output or standard error, written in whole texts.
struct StandardStream: Sendable {
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    static let error = StandardStream(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Writes all bytes. Waits for a slow reader, also where the descriptor does not block.
    ///
    /// - Throws: The system's error, such as `EPIPE` if the reader is gone and `ENOSPC` if the disk is full.
    func write(_ bytes: [UInt8]) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Another program may have made the open file of the descriptor, which both share, non-blocking.
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            case let code: throw Errno(rawValue: code)
            }
        }
    }

    /// Opens those of the three standard descriptors that the caller closed, so that no other file gets their number and is
    /// written into. Output to them fails, as it would without.
    static func occupyClosedDescriptors() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
            // open(2) takes the lowest number that is free, and those below are in use.
            if fcntl(descriptor, F_GETFD) < 0, errno == EBADF { _ = open("/dev/null", mode) }
        }
    }
}
