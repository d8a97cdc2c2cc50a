"""Write verifier.json: what Math-Verify says of some hundreds of answers, right and wrong, of every kind.

Needs `pip install math-verify==0.9.0 antlr4-python3-runtime==4.13.2`; run `python3 tests/golden/make_verifier.py` from anywhere. The
pairs are our own. Each case is [kind, gold, answer, right, verdict]: `right` is what we hold to be true, `verdict` what Math-Verify says
of `\\boxed{answer}` against `$gold$` (a letter: of the sentence "The answer is answer.").
"""

import json
import pathlib

from math_verify import LatexExtractionConfig, StringExtractionConfig, parse, verify

KINDS = {
    "integer": [
        ("204", ["204", "204.0", r"204\text{ cm}", r"\frac{408}{2}", "2.04e2", r"200+4", "0204"],
         ["205", "-204", "2040", "24", r"\frac{408}{3}", "204.5", "203.9", "204, 205", r"204 \text{ or } 205"]),
        ("-7", ["-7", r"- 7", r"-\frac{14}{2}", "-7.0"], ["7", "-8", "-70", r"\frac{7}{2}", "0", r"\pm 7"]),
        ("11111", [r"11,\!111", "11,111", "11{,}111", "11111"], ["11,112", "1111", r"11,\!112", "11 , 111"]),
        ("1000000", ["1,000,000", "10^6", r"10^{6}", r"1 \times 10^6", "1000000"], ["100,000", "10^7", r"1 \times 10^5", "10^{-6}"]),
        ("2^{10}", ["1024", "2^{10}", "4^5", r"32^2"], ["1023", "2^{11}", "20", "10^2"]),
        ("0", ["0", "0.0", "-0", r"5-5"], ["1", "10", r"\emptyset", "0.1", r"5-4"]),
        ("720", ["6!", "720", r"3 \cdot 240"], ["5!", "620", "7!", "719"]),
        ("10", [r"\binom{5}{2}", "10", r"\sqrt{100}"], [r"\binom{5}{1}", r"\sqrt{10}", "1", "100"]),
        ("27.0", ["27", "27.0", "27.00"], ["27.1", "26", "2.7", "270", "-27"]),
    ],
    "decimal": [
        ("0.5", ["0.5", ".5", r"\frac{1}{2}", "0.50", r"\frac12", r"1/2"], ["0.6", "5", "-0.5", "0.05", r"\frac{1}{3}", "0.51"]),
        ("3.14", ["3.14", "3.140", r"\frac{157}{50}"], [r"\pi", "3.15", "3.1", "31.4", "-3.14", "3.13"]),
        ("16386.17", ["16386.17", "16,386.17", r"\$16386.17", r"\$16,\!386.17"], ["16386.16", "16386", "1638.617", "16386.27"]),
        ("1.5e10", ["1.5e10", r"1.5 \times 10^{10}", r"1.5 \cdot 10^{10}", "15000000000", r"15 \times 10^9"],
         [r"1.5 \times 10^{9}", "1.6e10", r"1.5 \times 10^{-10}", "1.5", "15"]),
        ("2.88e-19", [r"2.88 \times 10^{-19}", "2.88e-19", r"28.8 \times 10^{-20}"],
         [r"2.88 \times 10^{-18}", r"2.89 \times 10^{-19}", r"-2.88 \times 10^{-19}", r"2.88 \times 10^{19}"]),
        (r"\frac{1}{3}", ["0.333333333", r"\frac{2}{6}", r"0.33333333333333"], ["0.3", "0.33", "0.34", "3", r"-\frac{1}{3}", "0.3334"]),
    ],
    "fraction": [
        (r"\frac{3}{4}", [r"\frac{3}{4}", r"\dfrac{3}{4}", r"\tfrac34", "3/4", "0.75", r"\frac{6}{8}", r"\frac{3}{4}\text{ m}"],
         [r"\frac{4}{3}", r"\frac{3}{5}", r"-\frac{3}{4}", "0.74", r"\frac{3}{40}", "34"]),
        (r"-\frac{7}{12}", [r"-\frac{7}{12}", r"\frac{-7}{12}", r"\frac{7}{-12}", r"-7/12"], [r"\frac{7}{12}", r"-\frac{7}{13}", r"-\frac{12}{7}"]),
        (r"2\frac{1}{2}", ["2.5", r"\frac{5}{2}", r"2\frac12"], ["1", r"\frac{21}{2}", "2.25", r"3\frac{1}{2}"]),
        (r"\frac{a}{b}", [r"\frac{a}{b}", "a/b", r"\frac{2a}{2b}", r"a b^{-1}"], [r"\frac{b}{a}", r"\frac{a}{2b}", "ab", r"-\frac{a}{b}"]),
        (r"\frac{x+2}{7}", [r"\frac{x}{7}+\frac{2}{7}", r"\frac{2+x}{7}", r"\frac{1}{7}(x+2)"], [r"\frac{x}{7}+2", r"\frac{x-2}{7}", r"\frac{x+2}{8}"]),
    ],
    "root": [
        (r"\sqrt{8}", [r"2\sqrt{2}", r"\sqrt{8}", r"\sqrt8", r"8^{1/2}", "2.8284271247"], [r"2\sqrt{3}", r"\sqrt{2}", "8", r"4\sqrt{2}", "2.83", r"-2\sqrt{2}"]),
        (r"\frac{\sqrt{2}}{2}", [r"\frac{1}{\sqrt{2}}", r"\sqrt{\frac{1}{2}}", r"\frac{\sqrt2}{2}"], [r"\frac{\sqrt{2}}{3}", r"\frac{\sqrt{3}}{2}", r"\frac{2}{\sqrt{2}}"]),
        (r"\sqrt[3]{16}", [r"2\sqrt[3]{2}", r"16^{1/3}", r"16^{\frac{1}{3}}"], [r"\sqrt{16}", r"2\sqrt[3]{3}", "4", r"\sqrt[4]{16}"]),
        (r"\sqrt{2}+\sqrt{5}", [r"\sqrt 5+\sqrt 2", r"\sqrt{5}+\sqrt{2}"], [r"\sqrt{7}", r"\sqrt{5}-\sqrt{2}", r"\sqrt{2}+\sqrt{6}"]),
        (r"3-\sqrt{5}", [r"3-\sqrt{5}", r"-\sqrt{5}+3", r"\frac{6-2\sqrt{5}}{2}"], [r"3+\sqrt{5}", r"\sqrt{5}-3", r"3-\sqrt{6}"]),
        (r"\frac{1+\sqrt{5}}{2}", [r"\frac{\sqrt{5}+1}{2}", r"\frac12+\frac{\sqrt5}{2}", r"\frac{2}{\sqrt5-1}"], [r"\frac{1-\sqrt{5}}{2}", r"\frac{1+\sqrt{5}}{3}", "1.6"]),
    ],
    "constant": [
        (r"\pi", [r"\pi", r"\frac{2\pi}{2}", "3.14159265359"], ["3.14", r"2\pi", r"-\pi", r"\pi^2", "3"]),
        (r"\frac{9}{4}\pi", [r"\frac{9\pi}{4}", r"2.25\pi", r"\frac94 \pi"], [r"\frac{9}{4}", r"\frac{9\pi}{5}", r"\frac{4\pi}{9}"]),
        (r"e^{2}", ["e^2", r"e\cdot e", r"\exp(2)"], ["e^3", "2e", "e"]),
        (r"\ln 2", [r"\ln 2", r"\ln(2)", r"-\ln\frac{1}{2}"], [r"\ln 3", r"2\ln 2", r"-\ln 2"]),
        (r"\log_2 8", ["3", r"\log_{2}{8}"], ["2", r"\log_8 2"]),
        (r"\sin\frac{\pi}{6}", [r"\frac{1}{2}", "0.5"], [r"\frac{\sqrt{3}}{2}", "-0.5"]),
        (r"1+\sqrt{3}i", [r"1+i\sqrt{3}", r"2e^{i\pi/3}", r"\sqrt{3}i+1"], [r"1-\sqrt{3}i", r"\sqrt{3}+i", r"1+\sqrt{3}"]),
    ],
    "formula": [
        ("x^2+2x+1", ["(x+1)^2", "x^2 + 2x + 1", "1+2x+x^2", "x(x+2)+1"], ["(x-1)^2", "x^2+2x", "x^2+2x+2", "(x+1)^3"]),
        (r"\tan^2(y)+1", [r"\sec^2(y)", r"\frac{1}{\cos^2 y}"], [r"\tan^2(y)", r"\csc^2(y)", r"\sec(y)"]),
        (r"2\sin b\cos a", [r"2\cos a\sin b", r"2 \cos(a) \sin(b)"], [r"2\sin a\cos b", r"\sin b\cos a", r"2\sin b\sin a"]),
        (r"\frac{1}{s+a}", [r"\frac{1}{a+s}", r"(s+a)^{-1}"], [r"\frac{1}{s-a}", r"\frac{1}{s}", r"s+a"]),
        (r"\frac{e^{t}}{3}+c e^{-2t}", [r"c e^{-2t}+\frac{e^t}{3}", r"\frac13 e^{t}+ce^{-2t}"], [r"\frac{e^{t}}{3}-c e^{-2t}", r"\frac{e^{t}}{3}+c e^{2t}", r"\frac{e^{2t}}{3}+c e^{-2t}"]),
        (r"\sqrt{x^2+1}", [r"(1+x^2)^{1/2}", r"(x^{2}+1)^{0.5}"], [r"x+1", r"\sqrt{x^2-1}", r"\sqrt{x+1}"]),
        (r"x_{0}\cos(\omega t)", [r"x_0\cos(\omega t)", r"\cos(\omega t) x_0"], [r"x_1\cos(\omega t)", r"x_0\sin(\omega t)", r"x_0\cos(2\omega t)"]),
        ("a(b+c)", ["ab+ac", "(b+c)a"], ["ab+c", "a+b+c", "abc"]),
        (r"\frac{2\pi}{\omega}", [r"2\pi/\omega", r"\frac{2}{\omega}\pi"], [r"\frac{\pi}{\omega}", r"2\pi\omega", r"\frac{\omega}{2\pi}"]),
        ("7x^3", ["7x^{3}", r"7 \cdot x^3", "x^3*7"], ["7x^2", "7x3", "-7x^3", "8x^3"]),
    ],
    "percent": [
        (r"28\%", [r"28\%", r"28 \%", r"\frac{28}{100}", "0.28", r"28\text{ percent}"], [r"29\%", "280", r"2.8\%", "0.29", r"-28\%"]),
        ("0.05", [r"5\%", "0.05"], [r"50\%", "0.5", r"0.5\%"]),
    ],
    "unit": [
        (r"25\text{ seconds}", [r"25\text{ seconds}", "25", r"25\,\text{s}"], [r"26\text{ seconds}", r"25\text{ minutes}", r"-25\text{ seconds}", r"25\text{ kg}"]),
        (r"15\mbox{ cm}^2", [r"15\text{ cm}^2", "15", r"15\,\mathrm{cm}^2"], [r"16\text{ cm}^2", r"15\text{ m}^2", r"15\text{ cm}^3"]),
        (r"90^\circ", [r"90^\circ", "90", r"90^{\circ}", r"90\text{ degrees}"], [r"91^\circ", r"9^\circ", r"-90^\circ"]),
        ("18", [r"\$18", r"18\text{ dollars}", r"18\$"], [r"\$19", r"\$1.8", r"-\$18"]),
        (r"125\text{ miles}", [r"125\textnormal{ miles}", "125"], [r"126\text{ miles}", r"125\text{ km}"]),
    ],
    "set": [
        (r"\{1,2,3\}", [r"\{1,2,3\}", r"\{3,1,2\}", "1,2,3", "3, 2, 1"], [r"\{1,2\}", r"\{1,2,4\}", r"\{1,2,3,4\}", "3"]),
        ("-2,1", ["-2,1", "1,-2", r"-2\text{ and }1", r"\{1,-2\}"], ["-2", "2,1", "-2,-1", "-2,1,3"]),
        (r"1\pm\sqrt{19}", [r"1\pm\sqrt{19}", r"1+\sqrt{19},1-\sqrt{19}", r"1-\sqrt{19},1+\sqrt{19}"], [r"1+\sqrt{19}", r"1\pm\sqrt{18}", r"-1\pm\sqrt{19}"]),
        (r"\{1,3\}\cup\{2,4\}", [r"\{1,2,3,4\}"], [r"\{1,3\}", r"\{1,2,3,5\}"]),
        (r"\emptyset", [r"\emptyset", r"\varnothing"], [r"\{0\}", "0"]),
        (r"\frac{1}{2},\frac{1}{3}", [r"\frac{1}{3},\frac{1}{2}", r"0.5,\frac{1}{3}"], [r"\frac{1}{2},\frac{1}{4}", r"\frac{1}{2}"]),
    ],
    "tuple": [
        ("(2,3)", ["(2,3)", r"\left(2,3\right)", "(2.0,3)", r"(\frac{4}{2},3)"], ["(3,2)", "(2,4)", "(2,3,4)", "[2,3]", "2"]),
        (r"(3,\frac{\pi}{2})", [r"\left( 3, \frac{\pi}{2} \right)", r"(3,\pi/2)"], [r"(3,\pi)", r"(\frac{\pi}{2},3)", r"(-3,\frac{\pi}{2})"]),
        ("(6,31,-1)", ["(6,31,-1)", "(6, 31, -1)", "(p,q,r)=(6,31,-1)"], ["(6,31,1)", "(31,6,-1)", "(6,31)"]),
        ("(1,2),(2,1)", ["(1,2),(2,1)", "(2,1),(1,2)", r"(2,1)\text{ and }(1,2)"], ["(1,2)", "(1,2),(2,2)", "(1,2),(1,2)"]),
        ("(p,q)=(3,2)", ["(3,2)", "(p,q)=(3,2)"], ["(2,3)", "(p,q)=(2,3)"]),
    ],
    "interval": [
        ("[0,1)", ["[0,1)", r"\left[0,1\right)", "[0,1.0)"], ["[0,1]", "(0,1)", "[0,2)", "[-1,1)", "(0,1]"]),
        (r"(-\infty,3]", [r"(-\infty,3]", r"\left(-\infty,3\right]"], [r"(-\infty,3)", r"(-\infty,4]", r"(\infty,3]", r"[3,\infty)"]),
        (r"(2,12)\cup(12,102)", [r"(2,12)\cup(12,102)", r"(12,102)\cup(2,12)", r"x\in(2,12)\cup(12,102)"], [r"(2,12)", r"(2,12)\cup(12,103)", r"[2,12)\cup(12,102)"]),
        (r"-2\le x\le 7", ["[-2,7]", r"x\in[-2,7]", r"-2\le x\le 7", r"7\ge x\ge -2"], ["(-2,7)", "[-2,8]", r"-2<x<7"]),
        (r"x\ge 5", [r"x\geq 5", r"5\le x", r"[5,\infty)"], [r"x\le 5", r"x>5", r"x\ge 6"]),
        (r"x>3", [r"x>3", r"3<x", r"(3,\infty)", r"-x<-3"], [r"x<3", r"[3,\infty)", r"x>-3"]),
    ],
    "equation": [
        ("x=5", ["x=5", "5", r"x = 2+3 = 5"], ["x=6", "6", "x=-5", "x=5,x=6"]),
        ("5", ["x=5", r"x = 10/2 = 5", r"x\approx 5"], ["x=6", r"5x"]),
        ("y=2x+3", ["y=2x+3", "2x+3", "y=3+2x", "2x-y+3=0"], ["y=2x-3", "y=3x+2", "2x+4"]),
        ("34x+45y-20z+100=0", ["-34x-45y+20z-100=0", "34x+45y-20z=-100"], ["34x+45y+20z+100=0", "34x+45y-20z-100=0", "0"]),
        (r"\frac{x^2}{4}+\frac{y^2}{3}=1", ["3x^2+4y^2=12", r"\frac{x^2}{4}+\frac{y^2}{3}=1"], [r"\frac{x^2}{3}+\frac{y^2}{4}=1", "1", r"\frac{x^2}{4}-\frac{y^2}{3}=1"]),
        ("2x+z=1", ["2x+z=1", "4x+2z=2"], ["1", "2x+z", "2x-z=1"]),
        (r"f(x)=x^2", ["x^2", "f(x)=x^2", r"f(x)=x\cdot x"], ["x^3", "f(x)=2x", "x"]),
    ],
    "matrix": [
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", [r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", r"\left[\begin{array}{cc}1&2\\3&4\end{array}\right]", r"\begin{pmatrix}1&\frac{4}{2}\\3&4\end{pmatrix}"],
         [r"\begin{pmatrix}1&2\\3&5\end{pmatrix}", r"\begin{pmatrix}1&3\\2&4\end{pmatrix}", r"\begin{pmatrix}1&2\end{pmatrix}", "4", r"\begin{pmatrix}-1&2\\3&4\end{pmatrix}"]),
        (r"\begin{pmatrix}6&8\\10&12\end{pmatrix}", [r"\begin{pmatrix}1&2\\3&4\end{pmatrix}+\begin{pmatrix}5&6\\7&8\end{pmatrix}", r"2\begin{pmatrix}3&4\\5&6\end{pmatrix}"],
         [r"\begin{pmatrix}1&2\\3&4\end{pmatrix}+\begin{pmatrix}5&6\\7&9\end{pmatrix}", r"\begin{pmatrix}6&8\\10&-12\end{pmatrix}"]),
        (r"\begin{pmatrix}\frac{1}{3}\\x\end{pmatrix}", [r"\begin{bmatrix}1/3\\x\end{bmatrix}"], [r"\begin{pmatrix}\frac{1}{3}\\y\end{pmatrix}", r"\begin{pmatrix}x\\\frac{1}{3}\end{pmatrix}"]),
    ],
    "words": [
        (r"\text{Evelyn}", [r"\text{Evelyn}", "Evelyn", r"\text{ evelyn }"], [r"\text{Briana}", "5", r"\text{Evelyn and Briana}"]),
        (r"\text{even}", ["even", r"\text{Even}"], [r"\text{odd}", "odd"]),
        ("7:32", ["7:32", "7 : 32"], ["7:33", "32:7"]),
        ("12:00", ["12:00"], ["1:00", "12:30"]),
        ("204_5", ["204_5", r"204_{5}"], ["205_5", "204_6", "203_5"]),
    ],
    "choice": [
        ("A", ["A", "(A)"], ["B", "(B)", "D"]),
        ("C", ["C", "(C)"], ["A", "B", "(D)"]),
        ("D", ["D", "(D)"], ["A", "(C)", "B"]),
    ],
}


def judge(kind, gold, answer):
    if kind == "choice":
        config = [StringExtractionConfig()]
        return verify(parse(gold, config), parse(f"The answer is {answer}.", config))
    config = [LatexExtractionConfig(boxed_match_priority=0)]
    return verify(parse(f"${gold}$", config), parse(rf"\boxed{{{answer}}}", config))


def main():
    cases = []
    for kind, rows in KINDS.items():
        for gold, right, wrong in rows:
            for answers, truth in ((right, True), (wrong, False)):
                for answer in answers:
                    cases.append([kind, gold, answer, truth, bool(judge(kind, gold, answer))])
    path = pathlib.Path(__file__).with_name("verifier.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    agreed = sum(case[3] == case[4] for case in cases)
    print(f"{len(cases)} cases, Math-Verify and we hold the same of {agreed}")


if __name__ == "__main__":
    main()
