/** @file The words in which units are written. */

/** `name` is mathjs's name of a unit; each line has the ways of writing it. */
const LINES = `
m: m meter meters metre metres
cm: cm centimeter centimeters centimetre centimetres
mm: mm millimeter millimeters millimetre millimetres
km: km kilometer kilometers kilometre kilometres
um: um micron microns micrometer micrometers micrometre micrometres
nm: nm nanometer nanometers nanometre nanometres
pm: pm picometer picometers
dm: dm decimeter decimeters
angstrom: angstrom angstroms Å
inch: inch inches in
foot: ft foot feet
yard: yd yard yards
mile: mi mile miles
s: s sec secs second seconds
ms: ms millisecond milliseconds
us: us microsecond microseconds
ns: ns nanosecond nanoseconds
minute: min mins minute minutes
hour: h hr hrs hour hours
day: day days
week: week weeks
month: month months
year: yr yrs year years
g: g gram grams gramme grammes
mg: mg milligram milligrams
ug: ug microgram micrograms
kg: kg kgs kilogram kilograms
tonne: tonne tonnes
lbm: lb lbs pound pounds
oz: oz ounce ounces
liter: l L liter liters litre litres
ml: ml mL milliliter milliliters millilitre millilitres
gallon: gal gallon gallons
N: N newton newtons
kN: kN kilonewton kilonewtons
J: J joule joules
kJ: kJ kilojoule kilojoules
eV: eV electronvolt electronvolts
keV: keV
MeV: MeV
GeV: GeV
erg: erg ergs
W: W watt watts
kW: kW kilowatt kilowatts
MW: MW megawatt megawatts
Pa: Pa pascal pascals
kPa: kPa kilopascal kilopascals
MPa: MPa
GPa: GPa
atm: atm atmosphere atmospheres
bar: bar bars
psi: psi
Hz: Hz hertz
kHz: kHz kilohertz
MHz: MHz megahertz
GHz: GHz gigahertz
V: V volt volts
mV: mV millivolt millivolts
kV: kV kilovolt kilovolts
A: A amp amps ampere amperes
mA: mA milliamp milliamps milliampere milliamperes
C: coulomb coulombs
F: F farad farads
ohm: ohm ohms Ω
T: T tesla teslas
H: henry henries
Wb: Wb weber webers
K: K kelvin kelvins
degC: degC celsius Celsius
degF: degF fahrenheit Fahrenheit
mol: mol mole moles
deg: deg degs degree degrees circ
rad: rad rads radian radians
mi/hour: mph
km/hour: kph
USD: USD dollar dollars bucks
cent: cent cents
EUR: EUR euro euros
GBP: GBP
JPY: JPY yen
CNY: CNY RMB yuan
`;

/** For each way of writing a unit its name in mathjs, or an expression of such names. */
export const UNIT_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  LINES.trim().split("\n").flatMap((line) => {
    const [name = "", words = ""] = line.split(": ");
    return words.split(" ").map((word) => [word, name] as const);
  }),
);

/** Units that mathjs does not have, with their definitions; an empty one is a base unit. */
export const OWN_UNITS: Readonly<Record<string, string>> = {
  USD: "",
  cent: "0.01 USD",
  EUR: "",
  GBP: "",
  JPY: "",
  CNY: "",
};

/** Words for hundredths. */
export const PERCENT_WORDS: ReadonlySet<string> = new Set([
  "percent",
  "percentage",
  "pct",
  "per cent",
  "%",
]);

/** Words that multiply: `3 million`. */
export const SCALE_WORDS: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 100,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
};
