import ProbeCore

@main
struct Main {
    static func main() {}
}
