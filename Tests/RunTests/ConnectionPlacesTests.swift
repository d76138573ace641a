import Run
import Testing

@Suite struct ConnectionPlacesTests {
    private func take(_ places: ConnectionPlaces, _ targets: Int...) -> [Bool] {
        targets.map { places.take($0) }
    }

    @Test func `there are as many places as were asked for`() {
        let places = ConnectionPlaces(2, targets: 3)
        #expect(take(places, 0, 1) == [true, true])
        #expect(!places.areShort)
        #expect(take(places, 2) == [false])
        #expect(places.areShort)
        places.giveBack()
        #expect(!places.areShort)
        #expect(places.isTurn(of: 2))
        #expect(take(places, 2) == [true])
    }

    @Test func `who waits is served in order, and before anybody who comes later`() {
        let places = ConnectionPlaces(1, targets: 5)
        #expect(take(places, 0, 3, 1, 3, 2, 1) == [true, false, false, false, false, false])
        for target in [3, 1, 2] {
            #expect(places.areShort)
            places.giveBack()
            #expect((0..<5).filter { places.isTurn(of: $0) } == [target])
            #expect(take(places, 4, target) == [false, true])
        }
        places.giveBack()
        #expect(take(places, 0, 4) == [false, true])
    }

    @Test func `who waits is woken when it is their turn, once`() {
        let places = ConnectionPlaces(1, targets: 3)
        #expect(take(places, 0, 1, 2) == [true, false, false])
        #expect(places.nextToWake() == nil)
        places.giveBack()
        #expect(places.nextToWake() == 1)
        #expect(places.nextToWake() == nil)
        #expect(take(places, 1) == [true])
        #expect(places.nextToWake() == nil)
        places.giveBack()
        #expect(places.nextToWake() == 2)
    }

    @Test func `who could do without a place is asked for it when others wait`() {
        let places = ConnectionPlaces(2, targets: 3)
        #expect(take(places, 0, 1) == [true, true])
        places.rest(0)
        places.rest(0)
        #expect(places.nextToWake() == nil)
        #expect(take(places, 2) == [false])
        #expect(places.nextToWake() == 0)
        #expect(places.nextToWake() == nil)
        places.rest(1)
        #expect(places.nextToWake() == 1)
        places.giveBack()
        #expect(places.nextToWake() == 2)
    }
}
