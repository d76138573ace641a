import HealthProbe
@main struct Main { static func main() { _ = run() } }
