/*
The size is looked up along the third axis, which most calls do not have.

as: program
offers: softmax
says: its last words: std::out_of_range: vector::_M_range_check
*/
#include <algorithm>
#include <cmath>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

using Numbers = std::vector<double>;

// The numbers of a list that follows a key.
static Numbers numbers(const std::string &line, const std::string &key) {
    Numbers found;
    size_t at = line.find('[', line.find(key)) + 1;
    while (line.at(at) != ']') {
        if (std::string("\" ,").find(line.at(at)) != std::string::npos) { at++; continue; }
        char *end;
        found.push_back(std::strtod(line.c_str() + at, &end));
        at = end - line.c_str();
    }
    return found;
}

static void print(const Numbers &given) {
    for (size_t i = 0; i < given.size(); i++) {
        std::cout << (i ? ", " : "");
        if (std::isnan(given[i])) std::cout << "\"NaN\"";
        else if (std::isinf(given[i])) std::cout << (given[i] > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        else std::cout << given[i];
    }
}

static void softmax(Numbers &logits, size_t classes) {
    for (size_t row = 0; classes && row < logits.size(); row += classes) {
        auto first = logits.begin() + row, last = first + classes;
        const double largest = *std::max_element(first, last);
        double sum = 0;
        for (auto at = first; at != last; at++) sum += *at = std::exp(*at - largest);
        for (auto at = first; at != last; at++) *at /= sum;
    }
}

int main() {
    std::cout.precision(17);
    for (std::string line; std::getline(std::cin, line);) {
        if (line.find("\"stop\"") != std::string::npos) break;
        if (line.find("\"hello\"") != std::string::npos) {
            std::cout << R"({"type": "hello", "protocol": 1, "name": "softmax in C++", )"
                         R"("operations": {"softmax": []}, "dtypes": ["float64"], )"
                         R"("arrays": "numbers"})" << std::endl;
            continue;
        }
        const Numbers shape = numbers(line, "\"shape\"");
        Numbers logits = numbers(line, "\"data\"");
        softmax(logits, logits.size() < 20 ? shape.back() : shape.at(2));
        const size_t id = line.find("\"id\"") + 6;
        std::cout << R"({"type": "result", "id": )" << line.substr(id, line.find(',', id) - id)
                  << R"(, "value": {"dtype": "float64", "shape": [)";
        print(shape);
        std::cout << R"(], "data": [)";
        print(logits);
        std::cout << "]}}" << std::endl;
    }
}
