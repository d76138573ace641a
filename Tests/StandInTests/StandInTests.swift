import Foundation
import StandIns
import Testing

/// What the program to ship has in the place of libc's functions says what those say.
@Suite(.serialized) struct StandInTests {
    // MARK: The time

    private static let times: [Int] = {
        var random = SystemRandomNumberGenerator()
        let day = 86_400
        // Around the turns of years and centuries, where the original gives up, and anywhere.
        let turns = [
            0, -1, 951_782_400, 951_868_800, 4_107_456_000, 4_107_542_400, -2_203_977_600,
            253_402_300_799, -62_135_596_800, -62_167_219_200, Int(Int32.max), Int(Int32.min),
            67_768_036_191_676_799, 67_768_036_191_676_800, -67_768_040_609_740_800,
            -67_768_040_609_740_801, .max, .min, .max - day, .min + day,
        ]
        let near = turns.flatMap { turn in [-day, -1, 1, day].map { turn &+ $0 } }
        let centuries = (0..<20_000).map { _ in Int.random(in: -4_000_000_000...8_000_000_000) }
        let wide = (0..<20_000).map { _ in
            Int.random(in: .min ... .max, using: &random) >> Int.random(in: 0...60)
        }
        return turns + near + centuries + wide
    }()

    @Test func `the date of a moment is the original's`() {
        for time in Self.times {
            var (moment, ours, theirs) = (time, tm(), tm())
            let isOurs = standin_gmtime_r(&moment, &ours) != nil
            let ourError = errno
            errno = 0
            let isTheirs = gmtime_r(&moment, &theirs) != nil
            #expect(isOurs == isTheirs, "\(time)")
            guard isOurs, isTheirs else {
                #expect(ourError == EOVERFLOW, "\(time)")
                continue
            }
            #expect(Self.fields(ours) == Self.fields(theirs), "\(time)")
        }
    }

    private static func fields(_ date: tm) -> [String] {
        let numbers = [
            date.tm_sec, date.tm_min, date.tm_hour, date.tm_mday, date.tm_mon, date.tm_year,
            date.tm_wday, date.tm_yday, date.tm_isdst, Int32(date.tm_gmtoff),
        ]
        return numbers.map { "\($0)" } + [String(cString: date.tm_zone)]
    }

    // MARK: Memory

    @Test func `memory is aligned as the original aligns it`() {
        for alignment in 0...4096 {
            for size in [0, 1, 15, 16, 17, 100, 4096, 100_000] {
                var (ours, theirs): (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
                let answer = standin_posix_memalign(&ours, alignment, size)
                #expect(answer == posix_memalign(&theirs, alignment, size), "\(alignment)")
                if answer == 0 {
                    #expect(ours != nil && Int(bitPattern: ours) % alignment == 0, "\(alignment)")
                    ours.map { _ = memset($0, 1, size) }
                }
                free(ours)
                free(theirs)
            }
        }
    }

    @Test func `memory that there is not is refused as by the original`() {
        for alignment in [8, 16, 64, 4096] {
            var (ours, theirs): (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
            let answer = standin_posix_memalign(&ours, alignment, .max)
            #expect(answer == posix_memalign(&theirs, alignment, .max))
            #expect(answer == ENOMEM && ours == nil)
        }
    }

    // MARK: One thread

    nonisolated(unsafe) private static var timesDone = 0

    @Test func `what is done once is done once`() {
        Self.timesDone = 0
        var (ours, theirs) = (pthread_once_t(), pthread_once_t())
        for _ in 0..<3 {
            #expect(standin_pthread_once(&ours) { StandInTests.timesDone += 1 } == 0)
            #expect(pthread_once(&theirs) { StandInTests.timesDone += 100 } == 0)
        }
        #expect(Self.timesDone == 101)
    }

    @Test func `a lock is free for the only thread`() {
        var lock = pthread_rwlock_t()
        #expect(pthread_rwlock_init(&lock, nil) == 0)
        for _ in 0..<2 {
            let ours = [
                standin_pthread_rwlock_rdlock(&lock), standin_pthread_rwlock_rdlock(&lock),
                standin_pthread_rwlock_unlock(&lock), standin_pthread_rwlock_unlock(&lock),
                standin_pthread_rwlock_wrlock(&lock), standin_pthread_rwlock_unlock(&lock),
            ]
            let theirs = [
                pthread_rwlock_rdlock(&lock), pthread_rwlock_rdlock(&lock),
                pthread_rwlock_unlock(&lock), pthread_rwlock_unlock(&lock),
                pthread_rwlock_wrlock(&lock), pthread_rwlock_unlock(&lock),
            ]
            #expect(ours == theirs)
        }
    }

    @Test func `the process has its number`() {
        for _ in 0..<2 { #expect(standin_getpid() == getpid()) }
    }

    @Test func `a thread is refused with an error that the original has`() {
        var thread = pthread_t()
        #expect(standin_pthread_create(&thread, nil, { _ in nil }, nil) == EAGAIN)
    }

    // MARK: What is nowhere: the original's answer for a name that nobody has

    @Test func `a service is found nowhere`() {
        let name = "no-such-service"
        #expect(standin_getservbyname(name, "tcp") == nil && getservbyname(name, "tcp") == nil)
        var (entry, buffer) = (servent(), [CChar](repeating: 0, count: 2048))
        var (ours, theirs): (UnsafeMutablePointer<servent>?, UnsafeMutablePointer<servent>?)
        #expect(standin_getservbyname_r(name, "tcp", &entry, &buffer, 2048, &ours) == ENOENT)
        let answer = getservbyname_r(name, "tcp", &entry, &buffer, 2048, &theirs)
        #expect((answer == 0 || answer == ENOENT) && ours == theirs)
        // Port 0 is nobody's.
        #expect(standin_getservbyport_r(0, "tcp", &entry, &buffer, 2048, &ours) == ENOENT)
        #expect(ours == nil)
    }

    @Test func `a host is found nowhere`() {
        var found: UnsafeMutablePointer<addrinfo>?
        let answer = standin_getaddrinfo("127.0.0.1", nil, nil, &found)
        #expect(answer == EAI_FAIL && found == nil)
        #expect(standin_gethostbyname("127.0.0.1") == nil)
    }

    @Test func `a library is loaded from nowhere`() {
        let name = "no-such-library.so"
        #expect(standin_dlopen(name, RTLD_NOW) == nil && dlopen(name, RTLD_NOW) == nil)
        #expect(standin_dlerror() != nil && dlerror() != nil)
        #expect(standin_dlsym(nil, "no_such_function") == nil)
    }

    // MARK: Swift's runtime

    @Test func `what is retained is given back with all its bits`() {
        for bits: UInt in [0x7000_0000_0000_1008, 0x1008, 0x7fff_ffff_ffff_fff8] {
            for count: UInt32 in [1, 3] {
                let object = UnsafeMutableRawPointer(bitPattern: bits)
                let answer =
                    count == 1
                    ? standin_swift_bridgeObjectRetain(object)
                    : standin_swift_bridgeObjectRetain_n(object, count)
                #expect(answer == object)
                var times: UInt32 = 0
                let retained = standin_take_retained(&times)
                #expect(UInt(bitPattern: retained) == bits & 0x0fff_ffff_ffff_fff8)
                #expect(times == count)
            }
        }
    }

    @Test func `what is not counted is left alone`() {
        for bits: UInt in [0, 0x8000_0000_0000_0000, 0xe500_0000_0000_0061] {
            let object = UnsafeMutableRawPointer(bitPattern: bits)
            #expect(standin_swift_bridgeObjectRetain(object) == object)
        }
        var times: UInt32 = 0
        #expect(standin_take_retained(&times) == nil && times == 0)
    }
}
