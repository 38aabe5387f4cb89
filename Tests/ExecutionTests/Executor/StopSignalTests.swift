import Synchronization
import Testing

@testable import Execution

@Suite("Stop signal")
struct StopSignalTests {
    @Test("actions run once, in order, when the signal is set")
    func actions() {
        let stop = StopSignal()
        let log = Mutex<[Int]>([])
        for number in 1...3 { stop.whenRequested { log.withLock { $0.append(number) } } }
        #expect(!stop.isRequested)
        #expect(log.withLock { $0 } == [])
        stop.request()
        stop.request()
        #expect(stop.isRequested)
        #expect(log.withLock { $0 } == [1, 2, 3])
    }

    @Test("an action that is added after the signal was set runs immediately")
    func late() {
        let stop = StopSignal()
        stop.request()
        let count = Mutex(0)
        stop.whenRequested { count.withLock { $0 += 1 } }
        #expect(count.withLock { $0 } == 1)
    }
}
